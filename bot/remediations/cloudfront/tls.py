"""CloudFront distributions: viewers come by HTTPS, and by a TLS that is not broken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from bot.domain.canonical import Value
from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Evidence, Reversible, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Remediation
from bot.remediations.cloudfront.root_object import config_of, names, update
from bot.remediations.toolkit.aws_calls import evidence_of

_PROTOCOL: Final = "protocol for "
_EVERYTHING_ELSE: Final = "everything else"
_BOTH: Final = "allow-all"
_REDIRECT: Final = "redirect-to-https"
_POLICY: Final = "TLS policy"
_RECOMMENDED: Final = "TLSv1.2_2021"
_NEW_ENOUGH: Final = frozenset({_RECOMMENDED, "TLSv1.2_2025", "TLSv1.3_2025"})


class RedirectViewers(Remediation):
    """Redirect viewers that come by HTTP, behaviour by behaviour; one that refuses HTTP already goes on to.

    CloudFront answers 301 to GET and HEAD, 307 to the others (Amazon CloudFront Developer Guide, "Require HTTPS for
    communication between viewers and CloudFront"), so programs that follow no redirect are cut off.
    """

    title = "Redirect viewers from HTTP to HTTPS"
    problem = "Distribution serves plain HTTP"
    controls = ("CloudFront.3",)
    config_rules = ("CLOUDFRONT_VIEWER_POLICY_HTTPS",)
    resource_type = "AWS::CloudFront::Distribution"
    effects = (Effect.CUTS_TRAFFIC, Effect.TAKES_LONG)
    reversible = Reversible.PARTLY
    not_restored = "browsers that remember the redirect: it is a permanent one (301)"
    reads = ("cloudfront:GetDistribution", "cloudfront:GetDistributionConfig")
    writes = ("cloudfront:UpdateDistribution",)
    deadline_seconds = 1800
    proved_on = "extended"

    def read(self, target: Target, aws: Account) -> Settings:
        """Each behaviour's protocol, by its path."""
        config = config_of(aws, target)["DistributionConfig"]
        return {_PROTOCOL + path: str(one["ViewerProtocolPolicy"]) for path, one in _behaviours(config)}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """A redirect wherever both are served."""
        return {name: _REDIRECT if value == _BOTH else value for name, value in settings.items()}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """One behaviour of the configuration as it is now. Raises Refusal where it is gone."""
        now = config_of(aws, target)
        for path, one in _behaviours(now["DistributionConfig"]):
            if _PROTOCOL + path == setting:
                one["ViewerProtocolPolicy"] = value
                return update(aws, target, now)
        raise Refusal(f"the distribution has no behaviour for {setting.removeprefix(_PROTOCOL)} any more")

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """Under which names viewers come."""
        yield evidence_of("Under which names is it served?", lambda: names(aws, target))
        yield Evidence("Who comes by HTTP, and follows no redirect?", "not known (its logs are not read)", known=False)


class RaiseViewerTls(Remediation):
    """Take TLS 1.2 with present-day ciphers from viewers, by the oldest policy that the control still accepts.

    It is a setting of the distribution's own certificate; under CloudFront's own one it cannot be chosen (Amazon
    CloudFront Developer Guide, "Supported protocols and ciphers between viewers and CloudFront").
    """

    title = "Take only present-day TLS from viewers"
    problem = "Distribution takes old TLS"
    controls = ("CloudFront.15",)
    config_rules = ("CLOUDFRONT_SSL_POLICY_CHECK",)
    resource_type = "AWS::CloudFront::Distribution"
    effects = (Effect.CUTS_TRAFFIC, Effect.TAKES_LONG)
    reads = ("cloudfront:GetDistribution", "cloudfront:GetDistributionConfig")
    writes = ("cloudfront:UpdateDistribution",)
    deadline_seconds = 1800
    proved_on = "extended"

    def read(self, target: Target, aws: Account) -> Settings:
        """The policy. Raises Refusal where there is no certificate of its own, or clients without SNI are served."""
        certificate = config_of(aws, target)["DistributionConfig"].get("ViewerCertificate", {})
        if not (certificate.get("ACMCertificateArn") or certificate.get("IAMCertificateId")):
            raise Refusal(
                "it uses CloudFront's own certificate, under which TLS cannot be chosen: give it one of yours"
            )
        if certificate.get("SSLSupportMethod") != "sni-only":
            raise Refusal("it serves clients without SNI on addresses of its own, which know no such policy")
        return {_POLICY: str(certificate["MinimumProtocolVersion"])}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """Its own where that is new enough."""
        return {_POLICY: settings[_POLICY] if settings[_POLICY] in _NEW_ENOUGH else _RECOMMENDED}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """One field of the configuration as it is now."""
        now = config_of(aws, target)
        now["DistributionConfig"]["ViewerCertificate"]["MinimumProtocolVersion"] = value
        update(aws, target, now)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """Under which names viewers come."""
        yield evidence_of("Under which names is it served?", lambda: names(aws, target))
        yield Evidence("Which viewers speak older TLS?", "not known (its logs are not read)", known=False)


def _behaviours(config: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for one in config.get("CacheBehaviors", {}).get("Items", []):
        yield one["PathPattern"], one
    yield _EVERYTHING_ELSE, config["DefaultCacheBehavior"]
