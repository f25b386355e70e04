"""Cases of `bot.remediations.kinesis.encryption`."""

from __future__ import annotations

from typing import Any, ClassVar

from bot.domain.plan import Target
from bot.domain.remediation import Remediation
from bot.remediations.kinesis.encryption import EncryptStream
from tests.aws import plain_client
from tests.remediations.contract import PLANTED, Case, targeted


class AStreamInPlainText(Case):
    remediation: ClassVar[type[Remediation]] = EncryptStream

    def make(self) -> Target:
        kinesis = plain_client("kinesis")
        kinesis.create_stream(StreamName="clicks", ShardCount=1)
        kinesis.add_tags_to_stream(StreamName="clicks", Tags={"password": PLANTED})
        return targeted(self.remediation, "clicks")

    def edit_beside(self, target: Target) -> None:
        plain_client("kinesis").add_tags_to_stream(StreamName="clicks", Tags={"theirs": "web"})

    def beside(self, target: Target) -> Any:
        return sorted(one["Key"] for one in plain_client("kinesis").list_tags_for_stream(StreamName="clicks")["Tags"])

    def edit_same(self, target: Target) -> None:
        plain_client("kinesis").start_stream_encryption(StreamName="clicks", EncryptionType="KMS", KeyId="alias/theirs")

    def destroy(self, target: Target) -> None:
        plain_client("kinesis").delete_stream(StreamName="clicks")
