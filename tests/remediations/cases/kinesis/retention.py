"""Cases of `bot.remediations.kinesis.retention`."""

from __future__ import annotations

from bot.domain.plan import Target
from bot.remediations.kinesis.retention import KeepRecords
from tests.aws import plain_client
from tests.remediations.cases.kinesis.encryption import AStreamInPlainText


class AStreamThatForgets(AStreamInPlainText):
    remediation = KeepRecords

    def edit_same(self, target: Target) -> None:
        plain_client("kinesis").increase_stream_retention_period(StreamName="clicks", RetentionPeriodHours=400)
