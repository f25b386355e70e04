"""Cases of `bot.remediations.lambda_.resource_policy`."""

from __future__ import annotations

import json
from typing import Any

from bot.domain.plan import Target
from bot.remediations.lambda_.resource_policy import CloseFunction
from tests.aws import ACCOUNT, plain_client
from tests.remediations.cases.lambda_.functions import FUNCTION_NAME, make_function
from tests.remediations.contract import PLANTED, Case, targeted


class APublicFunction(Case):
    """A function that everyone may invoke, also by its URL, and S3 for buckets of any account."""

    remediation = CloseFunction

    def make(self) -> Target:
        arn = make_function()
        url = {"Action": "lambda:InvokeFunctionUrl", "FunctionUrlAuthType": "NONE"}
        plain_client("lambda").create_function_url_config(FunctionName=FUNCTION_NAME, AuthType="NONE")
        self.allow("public", Principal="*")
        self.allow("FunctionURLAllowPublicAccess", Principal="*", **url)
        self.allow("uploads", Principal="s3.amazonaws.com", SourceArn="arn:aws:s3:::acme-uploads")
        self.allow(PLANTED, Principal="events.amazonaws.com", SourceAccount=ACCOUNT)
        return targeted(CloseFunction, arn)

    def allow(self, sid: str, **permission: Any) -> None:
        wanted = {"Action": "lambda:InvokeFunction", **permission}
        plain_client("lambda").add_permission(FunctionName=FUNCTION_NAME, StatementId=sid, **wanted)

    def statements(self) -> list[dict[str, Any]]:
        text = plain_client("lambda").get_policy(FunctionName=FUNCTION_NAME)["Policy"]
        found: list[dict[str, Any]] = json.loads(text)["Statement"]
        return found

    def edit_beside(self, target: Target) -> None:
        self.allow("theirs", Principal="sns.amazonaws.com", SourceArn="arn:aws:sns:eu-west-1:444455556666:alerts")

    def beside(self, target: Target) -> Any:
        return [one for one in self.statements() if one["Sid"] in {"theirs", PLANTED}]

    def edit_same(self, target: Target) -> None:
        self.allow("public", Principal="arn:aws:iam::444455556666:root")

    def destroy(self, target: Target) -> None:
        plain_client("lambda").delete_function(FunctionName=FUNCTION_NAME)
