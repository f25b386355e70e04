# ruff: noqa: ARG002 - a case knows its resource without the target
"""Secrets that nothing rotates, or nobody reads."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from moto.core.utils import unix_time
from moto.secretsmanager.models import secretsmanager_backends

from bot.domain.plan import Target
from bot.domain.remediation import Remediation
from bot.remediations.secretsmanager.deletion import DeleteUnusedSecret
from bot.remediations.secretsmanager.rotation import RotateSecretAutomatically
from tests.aws import ACCOUNT, REGION, plain_client
from tests.remediations.cases.lambda_policies import make_function
from tests.remediations.cases.tagged import TAGS
from tests.remediations.contract import PLANTED, Case, targeted


class ASecretThatIsNeverRotated(Case):
    """It was, once: its function is still attached."""

    remediation: ClassVar[type[Remediation]] = RotateSecretAutomatically
    arn = ""

    def make(self) -> Target:
        function = make_function()
        secrets = plain_client("secretsmanager")
        self.arn = secrets.create_secret(Name="prod/db", SecretString=PLANTED, Description=PLANTED, Tags=TAGS)["ARN"]
        rules = {"AutomaticallyAfterDays": 400}
        secrets.rotate_secret(
            SecretId=self.arn, RotationLambdaARN=function, RotationRules=rules, RotateImmediately=False
        )
        secrets.cancel_rotate_secret(SecretId=self.arn)
        return targeted(RotateSecretAutomatically, self.arn)

    def edit_beside(self, target: Target) -> None:
        plain_client("secretsmanager").update_secret(SecretId=self.arn, Description="theirs")

    def beside(self, target: Target) -> Any:
        return plain_client("secretsmanager").describe_secret(SecretId=self.arn).get("Description")

    def edit_same(self, target: Target) -> None:
        rules = {"AutomaticallyAfterDays": 7}
        plain_client("secretsmanager").rotate_secret(SecretId=self.arn, RotationRules=rules, RotateImmediately=False)

    def destroy(self, target: Target) -> None:
        plain_client("secretsmanager").delete_secret(SecretId=self.arn, ForceDeleteWithoutRecovery=True)


class ASecretThatNobodyReads(ASecretThatIsNeverRotated):
    """As old as it says; no client can make one."""

    remediation = DeleteUnusedSecret
    two_valued = True

    def make(self) -> Target:
        self.arn = plain_client("secretsmanager").create_secret(Name="old/api", SecretString=PLANTED, Tags=TAGS)["ARN"]
        long_ago = datetime.now(tz=UTC).replace(tzinfo=None) - timedelta(days=200)
        made: Any = secretsmanager_backends[ACCOUNT][REGION].secrets[self.arn]
        made.created_date = int(unix_time(long_ago))
        return targeted(DeleteUnusedSecret, self.arn)

    def edit_beside(self, target: Target) -> None:
        policy = '{"Version": "2012-10-17", "Statement": []}'
        plain_client("secretsmanager").put_resource_policy(SecretId=self.arn, ResourcePolicy=policy)

    def beside(self, target: Target) -> Any:
        return plain_client("secretsmanager").get_resource_policy(SecretId=self.arn).get("ResourcePolicy")

    def edit_same(self, target: Target) -> None:
        plain_client("secretsmanager").restore_secret(SecretId=self.arn)
