"""Send events of S3 buckets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param, Remediation, resolved_params
from bot.remediations.s3.buckets import bucket_args
from bot.remediations.toolkit.aws_calls import gone_if

_ID: Final = "CspmEvents"
_NOTIFICATION: Final = f"notification {_ID}"
_OTHERS: Final = "other notifications"
_TO_EVENTBRIDGE: Final = "events to EventBridge"
_EVENTBRIDGE: Final = "EventBridge"
_LISTS: Final = ("TopicConfigurations", "QueueConfigurations", "LambdaFunctionConfigurations")
_EVENTS: Final = ("s3:ObjectCreated:*", "s3:ObjectRemoved:*")


class NotifyOfChanges(Remediation):
    """Send the bucket's events to the topic that the policy names, or to EventBridge where the policy says so.

    AWS Config's rule S3_EVENT_NOTIFICATIONS_ENABLED names topics, queues and functions; it is not documented whether
    EventBridge satisfies it, so the bot does not choose it by default. PutBucketNotificationConfiguration replaces all
    of the bucket's notifications (its API page), so the others are read and written back unchanged.
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
        """Read EventBridge, the bot's notification and the number of others. Raises Refusal without a destination."""
        now, destination = _configuration(aws, target), _destination(resolved_params(self, target))
        own = [one for one in now.get(_LISTS[0], []) if one.get("Id") == _ID]
        others = sum(len(now.get(name, [])) for name in _LISTS) - len(own)
        if not (others or own or destination):
            raise Refusal("the policy names no destination for the events: remediations, S3.11, destination")
        return {_TO_EVENTBRIDGE: "EventBridgeConfiguration" in now, _NOTIFICATION: _describe(own), _OTHERS: others}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """Keep the notifications that exist, else add the policy's destination."""
        destination = _destination(params)
        if settings.get(_NOTIFICATION, ABSENT) is not ABSENT or settings.get(_OTHERS) or not destination:
            return dict(settings)
        if destination == _EVENTBRIDGE:
            return {**settings, _TO_EVENTBRIDGE: True}
        return {**settings, _NOTIFICATION: {"topic": destination, "events": sorted(_EVENTS)}}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Change one entry; destinations are validated only when one is added: that may fail or send test events."""
        now = _configuration(aws, target)
        right = _with_eventbridge(now, on=bool(value)) if setting == _TO_EVENTBRIDGE else _with_notification(now, value)
        aws.client("s3").put_bucket_notification_configuration(
            **bucket_args(target),
            NotificationConfiguration=right,
            SkipDestinationValidation=setting == _TO_EVENTBRIDGE or value is ABSENT,
        )


def _destination(params: Mapping[str, Any]) -> str:
    """Return `EventBridge`, a topic's ARN, or "". Raises Refusal for anything else."""
    destination = str(params["destination"])
    if destination in {"", _EVENTBRIDGE} or ":sns:" in destination:
        return destination
    raise Refusal(f"the policy's destination, {destination}, is neither a topic's ARN nor {_EVENTBRIDGE}")


def _configuration(aws: Account, target: Target) -> dict[str, Any]:
    with gone_if("NoSuchBucket"):
        answer = aws.client("s3").get_bucket_notification_configuration(**bucket_args(target))
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def _with_eventbridge(now: Mapping[str, Any], *, on: bool) -> dict[str, Any]:
    others = {name: value for name, value in now.items() if name != "EventBridgeConfiguration"}
    return {**others, "EventBridgeConfiguration": {}} if on else others


def _with_notification(now: Mapping[str, Any], value: Value) -> dict[str, Any]:
    topics = [one for one in now.get(_LISTS[0], []) if one.get("Id") != _ID]
    if value is not ABSENT:
        topics.append({"Id": _ID, "TopicArn": value["topic"], "Events": list(value["events"]), **value.get("more", {})})
    others = {name: member for name, member in now.items() if name != _LISTS[0]}
    return {**others, _LISTS[0]: topics} if topics else others


def _describe(own: list[dict[str, Any]]) -> Value:
    """Return the bot's notification, with fields that were added since (a filter) under `more`."""
    if not own:
        return ABSENT
    more = {name: value for name, value in own[0].items() if name not in {"Id", "TopicArn", "Events"}}
    value = {"topic": own[0]["TopicArn"], "events": sorted(own[0]["Events"])}
    return {**value, "more": more} if more else value
