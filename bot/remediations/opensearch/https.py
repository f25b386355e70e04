"""OpenSearch and Elasticsearch domains: HTTPS only, with a present-day policy. One API serves both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import Value
from bot.domain.errors import Busy, ResourceGone
from bot.domain.plan import Effect, Evidence, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Remediation
from bot.remediations.toolkit.aws_calls import METRIC_DAYS, evidence_of, gone_if, metric_value, response_date

_HTTPS: Final = "HTTPS only"
_POLICY: Final = "TLS policy"
_LATEST: Final = "Policy-Min-TLS-1-2-PFS-2023-10"
"""Opensearch.8 and ES.8 name this one; a newer one than that is theirs to name."""


class RequireHttps(Remediation):
    """Take HTTPS only, with the policy that the control names. Clients that speak older TLS are cut off."""

    title = "Take HTTPS only, with the latest TLS policy"
    problem = "Search domain takes HTTP or old TLS"
    controls: ClassVar[tuple[str, ...]] = ("Opensearch.8",)
    config_rules: ClassVar[tuple[str, ...]] = ("OPENSEARCH_HTTPS_REQUIRED",)
    resource_type = "AWS::OpenSearch::Domain"
    effects = (Effect.CUTS_TRAFFIC, Effect.TAKES_LONG)
    reads = ("cloudwatch:GetMetricData", "es:DescribeDomain")
    writes = ("es:UpdateDomainConfig",)
    proved_on = "extended"
    deadline_seconds = 7200

    def read(self, target: Target, aws: Account) -> Settings:
        """Both."""
        options = domain_of(aws, target).get("DomainEndpointOptions", {})
        return {_HTTPS: bool(options.get("EnforceHTTPS")), _POLICY: str(options.get("TLSSecurityPolicy", ""))}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """Both right."""
        return {**settings, _HTTPS: True, _POLICY: _LATEST}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """One of the two, the other options as they are. Raises Busy while a change is under way."""
        now = domain_of(aws, target)
        wait_until_ready(now)
        name = "EnforceHTTPS" if setting == _HTTPS else "TLSSecurityPolicy"
        options = {**now.get("DomainEndpointOptions", {}), name: value}
        aws.client("opensearch").update_domain_config(DomainName=now["DomainName"], DomainEndpointOptions=options)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """Whether anybody uses it; who speaks what cannot be seen."""
        yield evidence_of("Is it in use?", lambda: _requests(aws, target))
        yield Evidence("Which clients come by HTTP, or with TLS older than 1.2?", "not known", known=False)


class RequireHttpsOfElasticsearch(RequireHttps):
    """The same for domains that run Elasticsearch still."""

    title = "Take HTTPS only, with the latest TLS policy"
    problem = "Elasticsearch domain takes HTTP or old TLS"
    controls = ("ES.8",)
    config_rules = ()
    resource_type = "AWS::Elasticsearch::Domain"


def domain_of(aws: Account, target: Target) -> dict[str, Any]:
    """The domain as it is described. Raises ResourceGone."""
    with gone_if("ResourceNotFoundException"):
        answer = aws.client("opensearch").describe_domain(DomainName=target.resource.name)
    found: dict[str, Any] = answer["DomainStatus"]
    if found.get("Deleted"):
        raise ResourceGone(target.resource.name)
    return found


def wait_until_ready(domain: Mapping[str, Any]) -> None:
    """OpenSearch takes one change at a time. Raises Busy."""
    if domain.get("Processing") or domain.get("UpgradeProcessing"):
        raise Busy("OpenSearch is still at work on the domain", retry_after=120)


def _requests(aws: Account, target: Target) -> str:
    answer = aws.client("opensearch").describe_domain(DomainName=target.resource.name)
    named = ("AWS/ES", "OpenSearchRequests")
    domain = ("DomainName", target.resource.name)
    seen = metric_value(aws.client("cloudwatch"), named, domain, "Sum", response_date(answer))
    return (
        f"no request is recorded in {METRIC_DAYS} days" if seen is None else f"{seen:,} requests in {METRIC_DAYS} days"
    )
