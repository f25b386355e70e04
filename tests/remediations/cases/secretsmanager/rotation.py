"""Cases of `bot.remediations.secretsmanager.rotation`."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.domain.plan import Target
from bot.domain.remediation import Remediation
from bot.remediations.secretsmanager.rotation import RotateSecretAutomatically
from tests.aws import plain_client
from tests.remediations.cases.lambda_.functions import make_function
from tests.remediations.cases.tagged import TAGS
from tests.remediations.contract import PLANTED, Case, targeted


class ASecretThatIsNeverRotated(Case):
    """A secret whose rotation was cancelled; its rotation function is still configured."""

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
