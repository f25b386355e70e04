"""Cases of `bot.remediations.iam.cloudshell`."""

from __future__ import annotations

from typing import Any

from moto.iam.models import AWSManagedPolicy, iam_backends

from bot.domain.plan import Target
from bot.remediations.iam.cloudshell import DetachCloudShell
from tests.aws import ACCOUNT, plain_client
from tests.remediations.cases.tagged import TAGS
from tests.remediations.contract import Case, targeted


class ARoleWithCloudShell(Case):
    remediation = DetachCloudShell
    two_valued = True
    policy = "arn:aws:iam::aws:policy/AWSCloudShellFullAccess"

    def make(self) -> Target:
        return targeted(DetachCloudShell, self.role()["Arn"])

    def role(self) -> dict[str, Any]:
        """Add the AWS managed policy, because moto does not load them in tests."""
        allow = {"Effect": "Allow", "Action": "cloudshell:*", "Resource": "*"}
        about = {
            "Arn": self.policy,
            "AttachmentCount": 0,
            "CreateDate": "2020-12-15T18:07:37+00:00",
            "DefaultVersionId": "v2",
            "Document": {"Version": "2012-10-17", "Statement": [allow]},
            "Path": "/",
            "UpdateDate": "2020-12-15T18:07:37+00:00",
        }
        policies: Any = iam_backends[ACCOUNT]["aws"].managed_policies
        policies[self.policy] = AWSManagedPolicy.from_data("AWSCloudShellFullAccess", ACCOUNT, "us-east-1", about)
        iam = plain_client("iam")
        made = iam.create_role(RoleName="developer", AssumeRolePolicyDocument='{"Statement": []}', Tags=TAGS)
        iam.attach_role_policy(RoleName="developer", PolicyArn=self.policy)
        return dict(made["Role"])

    def edit_beside(self, target: Target) -> None:
        allow = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}'
        plain_client("iam").put_role_policy(RoleName="developer", PolicyName="x", PolicyDocument=allow)

    def beside(self, target: Target) -> Any:
        return plain_client("iam").list_role_policies(RoleName="developer")["PolicyNames"]

    def edit_same(self, target: Target) -> None:
        plain_client("iam").attach_role_policy(RoleName="developer", PolicyArn=self.policy)

    def destroy(self, target: Target) -> None:
        plain_client("iam").detach_role_policy(RoleName="developer", PolicyArn=self.policy)
        for name in plain_client("iam").list_role_policies(RoleName="developer")["PolicyNames"]:
            plain_client("iam").delete_role_policy(RoleName="developer", PolicyName=name)
        plain_client("iam").delete_role(RoleName="developer")


class ARoleThatConfigNamesById(ARoleWithCloudShell):
    def make(self) -> Target:
        return targeted(DetachCloudShell, self.role()["RoleId"])
