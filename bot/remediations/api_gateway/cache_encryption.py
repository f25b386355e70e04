"""Encryption of the caches of REST API stages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from bot.domain.canonical import Value
from bot.domain.plan import Effect, Settings, Target
from bot.domain.ports import Account
from bot.remediations.api_gateway.stages import StageRemediation, patch_method_setting, stage_of

_CACHE: Final = "encrypted cache of "


class EncryptCache(StageRemediation):
    """Encrypt cached responses in all method settings with a cache; entries that are cached now are left to expire."""

    title = "Encrypt the API's cache"
    problem = "API cache in the clear"
    controls = ("APIGateway.5",)
    effects = (Effect.FUTURE_ONLY,)

    def read(self, target: Target, aws: Account) -> Settings:
        """Return whether the cache is encrypted, for each method setting with a cache."""
        methods = stage_of(aws, target).get("methodSettings", {})
        caching = sorted(key for key, method in methods.items() if method.get("cachingEnabled"))
        return {_CACHE + key: bool(methods[key].get("cacheDataEncrypted")) for key in caching}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        return dict.fromkeys(settings, True)

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        flag = "true" if value is True else "false"
        patch_method_setting(aws, target, setting.removeprefix(_CACHE), "/caching/dataEncrypted", flag)
