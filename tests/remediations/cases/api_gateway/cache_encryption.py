"""Cases of `bot.remediations.api_gateway.cache_encryption`."""

from __future__ import annotations

from typing import ClassVar

from bot.remediations.api_gateway.cache_encryption import EncryptCache
from tests.remediations.cases.api_gateway.stages import StageCase


class AStageWhoseCacheIsInTheClear(StageCase):
    """A stage with unencrypted caches in the settings of all methods and of one method."""

    remediation = EncryptCache
    wrong: ClassVar = {
        "/*/*/caching/enabled": "true",
        "/*/*/caching/dataEncrypted": "false",
        "/~1/GET/caching/enabled": "true",
        "/~1/GET/caching/dataEncrypted": "false",
    }
