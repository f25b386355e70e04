"""What many resources have in common: tags, some with a secret in them."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.domain.plan import Target
from bot.domain.remediation import Remediation
from tests.aws import plain_client
from tests.remediations.contract import PLANTED, Case

TAGS: list[dict[str, str]] = [{"Key": "password", "Value": PLANTED}]
THEIRS: list[dict[str, str]] = [{"Key": "theirs", "Value": "web"}]


class TaggedCase(Case):
    """A case whose resource somebody else tags."""

    remediation: ClassVar[type[Remediation]]
    two_valued = True
    service: ClassVar[str]

    def edit_beside(self, target: Target) -> None:
        self.tag(target.resource.id)

    def beside(self, target: Target) -> Any:
        found = self.tags(target.resource.id)
        return sorted(found) if isinstance(found, dict) else sorted(one["Key"] for one in found)

    def tag(self, arn: str) -> None:
        self.client.tag_resource(ResourceArn=arn, Tags=THEIRS)

    def tags(self, arn: str) -> Any:
        return self.client.list_tags_for_resource(ResourceArn=arn)["Tags"]

    @property
    def client(self) -> Any:
        return plain_client(self.service)
