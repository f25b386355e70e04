"""S3 buckets: events when objects come and go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param, Remediation, resolved_params
from bot.remediations.s3.public_access_and_tls import bucket_of
from bot.remediations.toolkit.aws_calls import gone_if

_ID: Final = "CspmEvents"
_OURS: Final = f"notification {_ID}"
_OTHERS: Final = "other notifications"
_BRIDGE: Final = "events to EventBridge"
EVENTBRIDGE: Final = "EventBridge"
_LISTS: Final = ("TopicConfigurations", "QueueConfigurations", "LambdaFunctionConfigurations")
_EVENTS: Final = ("s3:ObjectCreated:*", "s3:ObjectRemoved:*")


class NotifyOfChanges(Remediation):
    """Send the bucket's events to the topic that the policy names, or to EventBridge where it says so.

    AWS Config's rule S3_EVENT_NOTIFICATIONS_ENABLED speaks of topics, queues and functions; whether EventBridge
    satisfies it is not documented, so the bot does not choose it by itself. PutBucketNotificationConfiguration replaces
    all of the bucket's notifications (its API page), so the others are read and put back as they are.
    """

    title = "Send events of the bucket"
    problem = "Bucket without events"
    controls = ("S3.11",)
    config_rules = ("S3_EVENT_NOTIFICATIONS_ENABLED",)
    resource_type = "AWS::S3::Bucket"
    effects = (Effect.COSTS_MONEY, Effect.FUTURE_ONLY)
    reads = ("s3:GetBucketNotification",)
    writes = ("s3:PutBucketNotification",)
    params: ClassVar[Mapping[str, Param]] = {
        "destination": Param("", "the ARN of a topic, or EventBridge; none, no fix")
    }
    proved_on = "extended"

    def read(self, target: Target, aws: Account) -> Settings:
        """Ours, whether EventBridge gets the events, and how many others there are. Raises Refusal without a policy."""
        now, destination = _configuration(aws, target), _destination(resolved_params(self, target))
        ours = [one for one in now.get(_LISTS[0], []) if one.get("Id") == _ID]
        others = sum(len(now.get(name, [])) for name in _LISTS) - len(ours)
        if not (others or ours or destination):
            raise Refusal("the policy names no destination for the events: remediations, S3.11, destination")
        return {_BRIDGE: "EventBridgeConfiguration" in now, _OURS: _in_words(ours), _OTHERS: others}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """Any that there are, else where the policy says."""
        destination = _destination(params)
        if settings.get(_OURS, ABSENT) is not ABSENT or settings.get(_OTHERS) or not destination:
            return dict(settings)
        if destination == EVENTBRIDGE:
            return {**settings, _BRIDGE: True}
        return {**settings, _OURS: {"topic": destination, "events": sorted(_EVENTS)}}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Change the one thing among the others; their destinations are not tried again, which could fail or send."""
        now = _configuration(aws, target)
        right = _with_bridge(now, on=bool(value)) if setting == _BRIDGE else _with_ours(now, value)
        aws.client("s3").put_bucket_notification_configuration(
            **bucket_of(target),
            NotificationConfiguration=right,
            SkipDestinationValidation=setting == _BRIDGE or value is ABSENT,
        )


def _destination(params: Mapping[str, Any]) -> str:
    """`EventBridge`, a topic's ARN, or nothing. Raises Refusal for anything else."""
    destination = str(params["destination"])
    if destination in {"", EVENTBRIDGE} or ":sns:" in destination:
        return destination
    raise Refusal(f"the policy's destination, {destination}, is neither a topic's ARN nor {EVENTBRIDGE}")


def _configuration(aws: Account, target: Target) -> dict[str, Any]:
    with gone_if("NoSuchBucket"):
        answer = aws.client("s3").get_bucket_notification_configuration(**bucket_of(target))
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def _with_bridge(now: Mapping[str, Any], *, on: bool) -> dict[str, Any]:
    others = {name: value for name, value in now.items() if name != "EventBridgeConfiguration"}
    return {**others, "EventBridgeConfiguration": {}} if on else others


def _with_ours(now: Mapping[str, Any], value: Value) -> dict[str, Any]:
    topics = [one for one in now.get(_LISTS[0], []) if one.get("Id") != _ID]
    if value is not ABSENT:
        topics.append({"Id": _ID, "TopicArn": value["topic"], "Events": list(value["events"]), **value.get("more", {})})
    others = {name: member for name, member in now.items() if name != _LISTS[0]}
    return {**others, _LISTS[0]: topics} if topics else others


def _in_words(ours: list[dict[str, Any]]) -> Value:
    """Ours in words; what somebody has added to it (a filter) is kept under `more`."""
    if not ours:
        return ABSENT
    more = {name: value for name, value in ours[0].items() if name not in {"Id", "TopicArn", "Events"}}
    value = {"topic": ours[0]["TopicArn"], "events": sorted(ours[0]["Events"])}
    return {**value, "more": more} if more else value
