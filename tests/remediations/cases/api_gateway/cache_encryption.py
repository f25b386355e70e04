"""Cases of `bot.remediations.api_gateway.cache_encryption`."""

from __future__ import annotations

from typing import ClassVar

from bot.remediations.api_gateway.cache_encryption import EncryptCache
from tests.remediations.cases.api_gateway.stages import StageCase


class AStageWhoseCacheIsInTheClear(StageCase):
    """Of all methods, and of one."""

    remediation = EncryptCache
    wrong: ClassVar = {
        "/*/*/caching/enabled": "true",
        "/*/*/caching/dataEncrypted": "false",
        "/~1/GET/caching/enabled": "true",
        "/~1/GET/caching/dataEncrypted": "false",
    }
