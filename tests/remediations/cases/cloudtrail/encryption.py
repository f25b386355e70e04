"""Cases of `bot.remediations.cloudtrail.encryption`."""

from __future__ import annotations

from typing import ClassVar

from bot.remediations.cloudtrail.encryption import EncryptTrail
from tests.remediations.cases.cloudtrail.trails import TrailCase


class ATrailWithoutAKey(TrailCase):
    remediation = EncryptTrail
    later: ClassVar = {"KmsKeyId": "arn:aws:kms:eu-west-1:123456789012:key/theirs"}
    params: ClassVar = {"kmsKeyId": "arn:aws:kms:eu-west-1:123456789012:key/trails"}
