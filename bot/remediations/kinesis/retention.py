"""Keep the records of Kinesis data streams longer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from bot.domain.plan import Effect, Reversible, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param
from bot.remediations.kinesis.streams import describe_ready_stream, describe_stream
from bot.remediations.toolkit.minimum import Minimum


class KeepRecords(Minimum):
    """Keep records for the minimum number of hours; a longer retention stays."""

    title = "Keep the stream's records longer"
    problem = "Records are kept for too short a time"
    controls = ("Kinesis.3",)
    config_rules = ("KINESIS_STREAM_BACKUP_RETENTION_CHECK",)
    resource_type = "AWS::Kinesis::Stream"
    effects = (Effect.COSTS_MONEY,)
    reversible = Reversible.PARTLY
    not_restored = "records older than the hours that Undo goes back to: they are gone"
    reads = ("kinesis:DescribeStreamSummary",)
    writes = ("kinesis:DecreaseStreamRetentionPeriod", "kinesis:IncreaseStreamRetentionPeriod")
    params: ClassVar[Mapping[str, Param]] = {
        "minimumBackupRetentionPeriod": Param(168, "hours that records are kept at least, up to 8,760")
    }
    setting = "hours that records are kept"
    minimum = "minimumBackupRetentionPeriod"

    def number(self, target: Target, aws: Account) -> int:
        return int(describe_stream(aws, target)["RetentionPeriodHours"])

    def set_number(self, target: Target, aws: Account, number: int) -> None:
        """Increase or decrease the hours, by the call of that direction. Raises Busy while the stream is changing."""
        now, kinesis = describe_ready_stream(aws, target), aws.client("kinesis")
        if number > now["RetentionPeriodHours"]:
            kinesis.increase_stream_retention_period(StreamARN=now["StreamARN"], RetentionPeriodHours=number)
        elif number < now["RetentionPeriodHours"]:
            kinesis.decrease_stream_retention_period(StreamARN=now["StreamARN"], RetentionPeriodHours=number)
