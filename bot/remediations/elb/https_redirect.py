"""Application load balancers: plain HTTP only leads to HTTPS."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from bot.domain.canonical import Value
from bot.domain.errors import Refusal, ResourceGone
from bot.domain.plan import Effect, Evidence, Reversible, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Remediation
from bot.remediations.toolkit.aws_calls import evidence_of, pluralize, gone_if
from bot.remediations.toolkit.security_group_calls import sources_on

REDIRECT: Final = "redirect to HTTPS 443"
_LISTENER: Final = "HTTP listener on port "
_HTTPS: Final = 443
_GONE: Final = "LoadBalancerNotFound"
_TO_HTTPS: Final = {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}


class RedirectToHttps(Remediation):
    """Let the default action of every HTTP listener redirect to HTTPS, where something listens on 443.

    Rules of a listener other than its default are left alone and told as evidence: they may serve paths that must
    not redirect, such as an ACME challenge.
    """

    title = "Redirect HTTP to HTTPS"
    problem = "Load balancer serves plain HTTP"
    controls = ("ELB.1",)
    config_rules = ("ALB_HTTP_TO_HTTPS_REDIRECTION_CHECK",)
    resource_type = "AWS::ElasticLoadBalancingV2::LoadBalancer"
    effects = (Effect.CUTS_TRAFFIC,)
    reversible = Reversible.PARTLY
    not_restored = "browsers that remember the redirect: it is a permanent one (301)"
    reads = (
        "ec2:DescribeSecurityGroupRules",
        "elasticloadbalancing:DescribeListeners",
        "elasticloadbalancing:DescribeLoadBalancers",
        "elasticloadbalancing:DescribeRules",
    )
    writes = ("elasticloadbalancing:ModifyListener",)

    def read(self, target: Target, aws: Account) -> Settings:
        """What each HTTP listener does by default. Raises Refusal where nothing listens on HTTPS 443."""
        listeners = list(_listeners(aws, target))
        plain = [one for one in listeners if one["Protocol"] == "HTTP"]
        secure = any(one["Protocol"] == "HTTPS" and one["Port"] == _HTTPS for one in listeners)
        if plain and not secure:
            raise Refusal("nothing listens on HTTPS 443, so a redirect would lead nowhere: add a listener first")
        found = {one["Port"]: _said(one["DefaultActions"]) for one in plain}
        return {f"{_LISTENER}{port}": found[port] for port in sorted(found)}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """A redirect, where it is none yet."""
        return {name: value if _redirects(value) else REDIRECT for name, value in settings.items()}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Replace the default action of the listener that has this port now."""
        port = int(setting.removeprefix(_LISTENER))
        for one in _listeners(aws, target):
            if one["Port"] == port:
                aws.client("elbv2").modify_listener(ListenerArn=one["ListenerArn"], DefaultActions=_actions(value))

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """The load balancer's listeners, whose ids AWS assigns."""
        return (target.resource.id.replace(":loadbalancer/", ":listener/") + "/*",)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        """What else goes on at those listeners."""
        yield evidence_of("Whom do its security groups let in on 443?", lambda: _let_in(aws, target))
        yield evidence_of("What do their other rules serve over HTTP?", lambda: _rules(aws, target))
        yield Evidence("Does a client not follow redirects?", "not known (access logs are not read)", known=False)


def _listeners(aws: Account, target: Target) -> Iterator[dict[str, Any]]:
    with gone_if(_GONE):
        pages = list(
            aws.client("elbv2").get_paginator("describe_listeners").paginate(LoadBalancerArn=target.resource.id)
        )
    if not pages:
        raise ResourceGone(target.resource.id)
    for page in pages:
        yield from page["Listeners"]


def _said(actions: Iterable[Mapping[str, Any]]) -> Value:
    """The actions in one spelling: ours by its name, the plain forward by its target group, others as they are."""
    told = [dict(one) for one in sorted(actions, key=lambda one: int(one.get("Order", 0)))]
    if len(told) == 1 and told[0].get("Type") == "redirect" and _is_ours(told[0]["RedirectConfig"]):
        return REDIRECT
    group = _single_group(told)
    return {"forward to": group} if group else told


def _is_ours(config: Mapping[str, Any]) -> bool:
    """AWS fills in host, path and query, which stay what they were."""
    defaults = {"Host": "#{host}", "Path": "/#{path}", "Query": "#{query}"}
    return {**defaults, **config} == {**defaults, **_TO_HTTPS}


def _single_group(told: list[dict[str, Any]]) -> str:
    """The target group of one forward to it alone, without stickiness: AWS tells that in two ways at once."""
    if len(told) != 1 or told[0].get("Type") != "forward":
        return ""
    config = told[0].get("ForwardConfig", {})
    groups = [one["TargetGroupArn"] for one in config.get("TargetGroups", [])] or [told[0].get("TargetGroupArn", "")]
    sticky = config.get("TargetGroupStickinessConfig", {}).get("Enabled", False)
    return str(groups[0]) if len(groups) == 1 and not sticky else ""


def _redirects(value: Value) -> bool:
    if value == REDIRECT:
        return True
    configs = [one.get("RedirectConfig", {}) for one in value] if isinstance(value, list) else []
    return any(config.get("Protocol") == "HTTPS" for config in configs)


def _actions(value: Value) -> list[dict[str, Any]]:
    if value == REDIRECT:
        return [{"Type": "redirect", "RedirectConfig": _TO_HTTPS}]
    if isinstance(value, Mapping):
        return [{"Type": "forward", "TargetGroupArn": value["forward to"]}]
    return [dict(one) for one in value]


def _let_in(aws: Account, target: Target) -> str:
    answer = aws.client("elbv2").describe_load_balancers(LoadBalancerArns=[target.resource.id])
    groups = answer["LoadBalancers"][0].get("SecurityGroups", [])
    return sources_on(aws, groups, _HTTPS) or "nobody: the redirect would lead nowhere, so open 443 first"


def _rules(aws: Account, target: Target) -> str:
    paginator = aws.client("elbv2").get_paginator("describe_rules")
    found = 0
    for listener in _listeners(aws, target):
        if listener["Protocol"] == "HTTP":
            pages = paginator.paginate(ListenerArn=listener["ListenerArn"])
            found += sum(not rule["IsDefault"] for page in pages for rule in page["Rules"])
    return f"{pluralize(found, 'rule')} besides the default: left alone"
