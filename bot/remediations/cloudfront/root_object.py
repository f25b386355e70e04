"""CloudFront distributions: what is served when nobody names an object. A distribution is never disabled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import ABSENT, Value
from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Evidence, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Param, Remediation
from bot.remediations.toolkit.aws_calls import evidence_of, pluralize, gone_if

_ROOT: Final = "default root object"


class NameRootObject(Remediation):
    """Serve the policy's object (index.html) at the root of a distribution whose default origin is a bucket.

    At another kind of origin `/` is an answer of the application, which `/index.html` may not be: refused. The whole
    configuration goes back with the version that it was read at (IfMatch), so nobody's work in between is lost.
    """

    title = "Name a default root object"
    problem = "Distribution lists its origin"
    controls = ("CloudFront.1",)
    config_rules = ("CLOUDFRONT_DEFAULT_ROOT_OBJECT_CONFIGURED",)
    resource_type = "AWS::CloudFront::Distribution"
    effects = (Effect.CUTS_TRAFFIC, Effect.TAKES_LONG)
    reads = ("cloudfront:GetDistribution", "cloudfront:GetDistributionConfig")
    writes = ("cloudfront:UpdateDistribution",)
    params: ClassVar[Mapping[str, Param]] = {"defaultRootObject": Param("index.html", "the object, without a slash")}
    deadline_seconds = 1800
    proved_on = "extended"

    def read(self, target: Target, aws: Account) -> Settings:
        """The object. Raises Refusal where the default origin is not a bucket."""
        config = config_of(aws, target)["DistributionConfig"]
        origin = _default_origin(config)
        if ".s3." not in origin and ".s3-" not in origin:
            raise Refusal(f"its default origin is {origin}, which answers / itself: name an object that it has")
        return {_ROOT: config.get("DefaultRootObject") or ABSENT}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """Its own, else the policy's."""
        return {_ROOT: params["defaultRootObject"] if settings[_ROOT] is ABSENT else settings[_ROOT]}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """One field of the configuration as it is now."""
        now = config_of(aws, target)
        now["DistributionConfig"]["DefaultRootObject"] = "" if value is ABSENT else value
        update(aws, target, now)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """Who sees the root."""
        yield evidence_of("Under which names is it served?", lambda: names(aws, target))
        yield evidence_of(
            "What is its default origin?", lambda: _default_origin(config_of(aws, target)["DistributionConfig"])
        )
        yield Evidence(
            "Is there such an object?", "not known (buckets are not read): else the root is an error", known=False
        )


def config_of(aws: Account, target: Target) -> dict[str, Any]:
    """The configuration (`DistributionConfig`) and its version (`ETag`). Raises ResourceGone."""
    with gone_if("NoSuchDistribution"):
        found: dict[str, Any] = aws.client("cloudfront").get_distribution_config(Id=target.resource.name)
    return found


def update(aws: Account, target: Target, changed: Mapping[str, Any]) -> None:
    """Give back what `config_of` gave, with a change in it; CloudFront refuses where it is another version now."""
    aws.client("cloudfront").update_distribution(
        Id=target.resource.name, IfMatch=changed["ETag"], DistributionConfig=changed["DistributionConfig"]
    )


def _default_origin(config: Mapping[str, Any]) -> str:
    wanted = config["DefaultCacheBehavior"]["TargetOriginId"]
    names = {one["Id"]: one["DomainName"] for one in config["Origins"]["Items"]}
    return str(names.get(wanted, wanted))


def names(aws: Account, target: Target) -> str:
    """CloudFront's name for it, and its own."""
    found = aws.client("cloudfront").get_distribution(Id=target.resource.name)["Distribution"]
    aliases = found["DistributionConfig"].get("Aliases", {}).get("Items", [])
    return f"{found['DomainName']}, {pluralize(len(aliases), 'other name')}" + "".join(
        f" · {one}" for one in sorted(aliases)
    )
