"""Cases of `bot.remediations.secretsmanager.deletion`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from moto.core.utils import unix_time
from moto.secretsmanager.models import secretsmanager_backends

from bot.domain.plan import Target
from bot.remediations.secretsmanager.deletion import DeleteUnusedSecret
from tests.aws import ACCOUNT, REGION, plain_client
from tests.remediations.cases.secretsmanager.rotation import ASecretThatIsNeverRotated
from tests.remediations.cases.tagged import TAGS
from tests.remediations.contract import PLANTED, targeted


class ASecretThatNobodyReads(ASecretThatIsNeverRotated):
    """A secret that was created 200 days ago. Its age is set in moto, because no client can."""

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
