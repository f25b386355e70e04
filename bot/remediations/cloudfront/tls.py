"""HTTPS and TLS between viewers and CloudFront distributions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from bot.domain.canonical import Value
from bot.domain.errors import Refusal
from bot.domain.plan import Evidence, Reversible, Settings, Target
from bot.domain.ports import Account
from bot.remediations.cloudfront.distributions import DistributionRemediation, read_config, update_config

_PROTOCOL: Final = "protocol for "
_DEFAULT_BEHAVIOR: Final = "everything else"
_BOTH: Final = "allow-all"
_REDIRECT: Final = "redirect-to-https"
_POLICY: Final = "TLS policy"
_RECOMMENDED: Final = "TLSv1.2_2021"
_COMPLIANT_POLICIES: Final = frozenset({_RECOMMENDED, "TLSv1.2_2025", "TLSv1.3_2025"})


class RedirectViewers(DistributionRemediation):
    """Redirect viewers from HTTP to HTTPS in each cache behavior; one that refuses HTTP stays so.

    CloudFront answers 301 to GET and HEAD, 307 to the others (Amazon CloudFront Developer Guide, "Require HTTPS for
    communication between viewers and CloudFront"), so clients that follow no redirects are cut off.
    """

    title = "Redirect viewers from HTTP to HTTPS"
    problem = "Distribution serves plain HTTP"
    controls = ("CloudFront.3",)
    config_rules = ("CLOUDFRONT_VIEWER_POLICY_HTTPS",)
    reversible = Reversible.PARTLY
    not_restored = "browsers that remember the redirect: it is a permanent one (301)"

    def read(self, target: Target, aws: Account) -> Settings:
        """Return the viewer protocol policy of each cache behavior, by its path pattern."""
        config = read_config(aws, target)["DistributionConfig"]
        return {_PROTOCOL + path: str(behavior["ViewerProtocolPolicy"]) for path, behavior in _behaviors(config)}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        return {name: _REDIRECT if value == _BOTH else value for name, value in settings.items()}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Change one cache behavior. Raise Refusal if it has been removed."""
        current = read_config(aws, target)
        for path, behavior in _behaviors(current["DistributionConfig"]):
            if _PROTOCOL + path == setting:
                behavior["ViewerProtocolPolicy"] = value
                return update_config(aws, target, current)
        raise Refusal(f"the distribution has no behaviour for {setting.removeprefix(_PROTOCOL)} any more")

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield from super().evidence(target, aws)
        yield Evidence("Who comes by HTTP, and follows no redirect?", "not known (its logs are not read)", known=False)


class RaiseViewerTls(DistributionRemediation):
    """Require TLS 1.2 with current ciphers from viewers, by the oldest security policy that the control accepts.

    It is a setting of a custom certificate; with the default certificate of CloudFront it cannot be chosen (Amazon
    CloudFront Developer Guide, "Supported protocols and ciphers between viewers and CloudFront").
    """

    title = "Take only present-day TLS from viewers"
    problem = "Distribution takes old TLS"
    controls = ("CloudFront.15",)
    config_rules = ("CLOUDFRONT_SSL_POLICY_CHECK",)

    def read(self, target: Target, aws: Account) -> Settings:
        """Return the security policy. Raise Refusal without a custom certificate, or if not only SNI is served."""
        certificate = read_config(aws, target)["DistributionConfig"].get("ViewerCertificate", {})
        if not (certificate.get("ACMCertificateArn") or certificate.get("IAMCertificateId")):
            raise Refusal(
                "it uses CloudFront's own certificate, under which TLS cannot be chosen: give it one of yours"
            )
        if certificate.get("SSLSupportMethod") != "sni-only":
            raise Refusal("it serves clients without SNI on addresses of its own, which know no such policy")
        return {_POLICY: str(certificate["MinimumProtocolVersion"])}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        return {_POLICY: settings[_POLICY] if settings[_POLICY] in _COMPLIANT_POLICIES else _RECOMMENDED}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        current = read_config(aws, target)
        current["DistributionConfig"]["ViewerCertificate"]["MinimumProtocolVersion"] = value
        update_config(aws, target, current)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield from super().evidence(target, aws)
        yield Evidence("Which viewers speak older TLS?", "not known (its logs are not read)", known=False)


def _behaviors(config: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for behavior in config.get("CacheBehaviors", {}).get("Items", []):
        yield behavior["PathPattern"], behavior
    yield _DEFAULT_BEHAVIOR, config["DefaultCacheBehavior"]
