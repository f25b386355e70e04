"""Add the tags that the policy requires; existing tags keep their values."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Final

from botocore.exceptions import ClientError

from bot.domain.canonical import ABSENT, Value
from bot.domain.errors import Refusal, ResourceGone
from bot.domain.plan import Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param, Remediation, resolved_params
from bot.remediations.toolkit.aws_calls import gone_if

_TAG: Final = "tag "
_NOT_THERE: Final = ("not owned by the current account", "no such resource")


class AddTags(Remediation):
    """Base of remediations that add tags. Subclasses read, add and remove the tags of one service.

    Only the policy knows the tags and their values: the bot invents none.
    """

    params: ClassVar[Mapping[str, Param]] = {"tags": Param({}, "the tags to add where they are missing")}

    @abstractmethod
    def tags(self, target: Target, aws: Account) -> Mapping[str, str]:
        """Return the tags now. Raises ResourceGone."""

    @abstractmethod
    def tag(self, target: Target, key: str, value: str, aws: Account) -> None:
        """Add one tag; the others stay."""

    @abstractmethod
    def untag(self, target: Target, key: str, aws: Account) -> None:
        """Remove one tag."""

    def read(self, target: Target, aws: Account) -> Settings:
        """Read the tags that the policy names. Raises Refusal where it names none."""
        now = self.tags(target, aws)
        wanted = resolved_params(self, target)["tags"]
        if not wanted or not isinstance(wanted, Mapping):
            raise Refusal(f"the policy names no tags (key: value): remediations, {self.controls[0]}, tags")
        return {_TAG + key: now.get(key, ABSENT) for key in sorted(wanted)}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        wanted = {_TAG + key: str(value) for key, value in params["tags"].items()}
        return {name: wanted.get(name, value) if value is ABSENT else value for name, value in settings.items()}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        key = setting.removeprefix(_TAG)
        if value is ABSENT:
            self.untag(target, key, aws)
        else:
            self.tag(target, key, value, aws)


class TagTable(AddTags):
    """Add tags to a DynamoDB table."""

    title = "Tag the table"
    problem = "Table without tags"
    controls = ("DynamoDB.5",)
    resource_type = "AWS::DynamoDB::Table"
    reads = ("dynamodb:ListTagsOfResource",)
    writes = ("dynamodb:TagResource", "dynamodb:UntagResource")

    def tags(self, target: Target, aws: Account) -> Mapping[str, str]:
        pages = aws.client("dynamodb").get_paginator("list_tags_of_resource")
        with gone_if("ResourceNotFoundException"):
            found = [tag for page in pages.paginate(ResourceArn=target.resource.id) for tag in page["Tags"]]
        return {tag["Key"]: tag["Value"] for tag in found}

    def tag(self, target: Target, key: str, value: str, aws: Account) -> None:
        aws.client("dynamodb").tag_resource(ResourceArn=target.resource.id, Tags=[{"Key": key, "Value": value}])

    def untag(self, target: Target, key: str, aws: Account) -> None:
        aws.client("dynamodb").untag_resource(ResourceArn=target.resource.id, TagKeys=[key])


class _TagGuardDuty(AddTags):
    """Base for GuardDuty's detectors and filters, which are tagged alike."""

    reads = ("guardduty:ListTagsForResource",)
    writes = ("guardduty:TagResource", "guardduty:UntagResource")
    proved_on = "extended"

    def tags(self, target: Target, aws: Account) -> Mapping[str, str]:
        """Return the tags. GuardDuty has one error for missing resources and bad requests, only the message differs."""
        try:
            answer = aws.client("guardduty").list_tags_for_resource(ResourceArn=target.resource.id)
        except ClientError as error:
            if any(words in error.response.get("Error", {}).get("Message", "") for words in _NOT_THERE):
                raise ResourceGone(target.resource.id) from error
            raise
        found: Mapping[str, str] = answer["Tags"]
        return found

    def tag(self, target: Target, key: str, value: str, aws: Account) -> None:
        aws.client("guardduty").tag_resource(ResourceArn=target.resource.id, Tags={key: value})

    def untag(self, target: Target, key: str, aws: Account) -> None:
        aws.client("guardduty").untag_resource(ResourceArn=target.resource.id, TagKeys=[key])


class TagDetectorFilter(_TagGuardDuty):
    """Add tags to a GuardDuty filter."""

    title = "Tag the GuardDuty filter"
    problem = "GuardDuty filter without tags"
    controls = ("GuardDuty.2",)
    resource_type = "AWS::GuardDuty::Filter"


class TagDetector(_TagGuardDuty):
    """Add tags to a GuardDuty detector."""

    title = "Tag the GuardDuty detector"
    problem = "GuardDuty detector without tags"
    controls = ("GuardDuty.4",)
    resource_type = "AWS::GuardDuty::Detector"
