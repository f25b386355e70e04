"""Default root objects of CloudFront distributions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.errors import Refusal
from bot.domain.plan import Evidence, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param
from bot.remediations.cloudfront.distributions import DistributionRemediation, read_config, update_config
from bot.remediations.toolkit.aws_calls import evidence_of

_ROOT: Final = "default root object"


class NameRootObject(DistributionRemediation):
    """Serve the policy's object (index.html) at the root of a distribution whose default origin is a bucket.

    For another kind of origin, the application answers `/`, and may have no `/index.html`: refused.
    """

    title = "Name a default root object"
    problem = "Distribution lists its origin"
    controls = ("CloudFront.1",)
    config_rules = ("CLOUDFRONT_DEFAULT_ROOT_OBJECT_CONFIGURED",)
    params: ClassVar[Mapping[str, Param]] = {"defaultRootObject": Param("index.html", "the object, without a slash")}

    def read(self, target: Target, aws: Account) -> Settings:
        """Return the root object. Raise Refusal if the default origin is not a bucket."""
        config = read_config(aws, target)["DistributionConfig"]
        origin = _default_origin(config)
        if ".s3." not in origin and ".s3-" not in origin:
            raise Refusal(f"its default origin is {origin}, which answers / itself: name an object that it has")
        return {_ROOT: config.get("DefaultRootObject") or ABSENT}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        return {_ROOT: params["defaultRootObject"] if settings[_ROOT] is ABSENT else settings[_ROOT]}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        current = read_config(aws, target)
        current["DistributionConfig"]["DefaultRootObject"] = "" if value is ABSENT else value
        update_config(aws, target, current)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield from super().evidence(target, aws)
        yield evidence_of(
            "What is its default origin?", lambda: _default_origin(read_config(aws, target)["DistributionConfig"])
        )
        yield Evidence(
            "Is there such an object?", "not known (buckets are not read): else the root is an error", known=False
        )


def _default_origin(config: Mapping[str, Any]) -> str:
    origin_id = config["DefaultCacheBehavior"]["TargetOriginId"]
    domain_names = {one["Id"]: one["DomainName"] for one in config["Origins"]["Items"]}
    return str(domain_names.get(origin_id, origin_id))
