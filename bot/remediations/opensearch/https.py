"""Require HTTPS of OpenSearch and Elasticsearch domains, which share an API."""

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
_REQUIRED_POLICY: Final = "Policy-Min-TLS-1-2-PFS-2023-10"
"""Opensearch.8 and ES.8 name this one; they do not name a newer one."""


class RequireHttps(Remediation):
    """Require HTTPS with the TLS policy that the control names. Clients with older TLS are cut off."""

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
        options = describe_domain(aws, target).get("DomainEndpointOptions", {})
        return {_HTTPS: bool(options.get("EnforceHTTPS")), _POLICY: str(options.get("TLSSecurityPolicy", ""))}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        return {**settings, _HTTPS: True, _POLICY: _REQUIRED_POLICY}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Set one of the two options. Raises Busy while the domain is changing."""
        now = describe_domain(aws, target)
        check_ready(now)
        name = "EnforceHTTPS" if setting == _HTTPS else "TLSSecurityPolicy"
        options = {**now.get("DomainEndpointOptions", {}), name: value}
        aws.client("opensearch").update_domain_config(DomainName=now["DomainName"], DomainEndpointOptions=options)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """Requests to the domain; OpenSearch does not record their protocol."""
        yield evidence_of("Is it in use?", lambda: _requests(aws, target))
        yield Evidence("Which clients come by HTTP, or with TLS older than 1.2?", "not known", known=False)


class RequireHttpsOfElasticsearch(RequireHttps):
    """Require HTTPS of domains that run Elasticsearch."""

    title = "Take HTTPS only, with the latest TLS policy"
    problem = "Elasticsearch domain takes HTTP or old TLS"
    controls = ("ES.8",)
    config_rules = ()
    resource_type = "AWS::Elasticsearch::Domain"


def describe_domain(aws: Account, target: Target) -> dict[str, Any]:
    """Return the status of the domain. Raises ResourceGone."""
    with gone_if("ResourceNotFoundException"):
        answer = aws.client("opensearch").describe_domain(DomainName=target.resource.name)
    found: dict[str, Any] = answer["DomainStatus"]
    if found.get("Deleted"):
        raise ResourceGone(target.resource.name)
    return found


def check_ready(domain: Mapping[str, Any]) -> None:
    """Raise Busy while the domain is changing: OpenSearch takes one change at a time."""
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
