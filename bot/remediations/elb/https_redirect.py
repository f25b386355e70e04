"""Redirects from HTTP to HTTPS in application load balancers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from bot.domain.canonical import Value
from bot.domain.errors import Refusal
from bot.domain.plan import Effect, Evidence, Reversible, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Remediation
from bot.remediations.toolkit.aws_calls import evidence_of, gone_if, paginated, pluralize
from bot.remediations.toolkit.security_group_calls import sources_on_port

REDIRECT: Final = "redirect to HTTPS 443"
_LISTENER: Final = "HTTP listener on port "
_HTTPS: Final = 443
_TO_HTTPS: Final = {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}


class RedirectToHttps(Remediation):
    """Redirect to HTTPS by default in all HTTP listeners, if a listener accepts HTTPS on 443.

    Other rules of a listener are not changed, but counted as evidence: they may serve paths that must not redirect,
    such as an ACME challenge.
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
        """Return the default actions of each HTTP listener. Raise Refusal if no listener accepts HTTPS on 443."""
        listeners = _listeners(aws, target)
        http = [one for one in listeners if one["Protocol"] == "HTTP"]
        has_https = any(one["Protocol"] == "HTTPS" and one["Port"] == _HTTPS for one in listeners)
        if http and not has_https:
            raise Refusal("nothing listens on HTTPS 443, so a redirect would lead nowhere: add a listener first")
        actions = {one["Port"]: _setting_value(one["DefaultActions"]) for one in http}
        return {f"{_LISTENER}{port}": actions[port] for port in sorted(actions)}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        return {name: value if _redirects_to_https(value) else REDIRECT for name, value in settings.items()}

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Replace the default actions of the listener of this port."""
        port = int(setting.removeprefix(_LISTENER))
        for one in _listeners(aws, target):
            if one["Port"] == port:
                aws.client("elbv2").modify_listener(ListenerArn=one["ListenerArn"], DefaultActions=_actions(value))

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """Return the ARN of all listeners of the load balancer, because AWS assigns their ids."""
        return (target.resource.id.replace(":loadbalancer/", ":listener/") + "/*",)

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of("Whom do its security groups let in on 443?", lambda: _allowed_sources(aws, target))
        yield evidence_of("What do their other rules serve over HTTP?", lambda: _other_rules(aws, target))
        yield Evidence("Does a client not follow redirects?", "not known (access logs are not read)", known=False)


def _listeners(aws: Account, target: Target) -> list[dict[str, Any]]:
    """Return the listeners. Raise ResourceGone."""
    with gone_if("LoadBalancerNotFound"):
        return paginated(aws.client("elbv2"), "describe_listeners", "Listeners", LoadBalancerArn=target.resource.id)


def _setting_value(actions: Iterable[Mapping[str, Any]]) -> Value:
    """Return REDIRECT for the bot's redirect, the target group of a simple forward, or else the ordered actions."""
    ordered = [dict(one) for one in sorted(actions, key=lambda one: int(one.get("Order", 0)))]
    if len(ordered) == 1 and ordered[0].get("Type") == "redirect" and _is_own_redirect(ordered[0]["RedirectConfig"]):
        return REDIRECT
    group = _single_group(ordered)
    return {"forward to": group} if group else ordered


def _is_own_redirect(config: Mapping[str, Any]) -> bool:
    """Return whether it is the bot's redirect; AWS adds the defaults of host, path and query."""
    defaults = {"Host": "#{host}", "Path": "/#{path}", "Query": "#{query}"}
    return {**defaults, **config} == {**defaults, **_TO_HTTPS}


def _single_group(actions: list[dict[str, Any]]) -> str:
    """Return the target group of a forward to a single one without stickiness, or ''.

    AWS returns the group both as TargetGroupArn and in ForwardConfig.
    """
    if len(actions) != 1 or actions[0].get("Type") != "forward":
        return ""
    config = actions[0].get("ForwardConfig", {})
    groups = [one["TargetGroupArn"] for one in config.get("TargetGroups", [])] or [actions[0].get("TargetGroupArn", "")]
    sticky = config.get("TargetGroupStickinessConfig", {}).get("Enabled", False)
    return str(groups[0]) if len(groups) == 1 and not sticky else ""


def _redirects_to_https(value: Value) -> bool:
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


def _allowed_sources(aws: Account, target: Target) -> str:
    response = aws.client("elbv2").describe_load_balancers(LoadBalancerArns=[target.resource.id])
    groups = response["LoadBalancers"][0].get("SecurityGroups", [])
    return sources_on_port(aws, groups, _HTTPS) or "nobody: the redirect would lead nowhere, so open 443 first"


def _other_rules(aws: Account, target: Target) -> str:
    elbv2 = aws.client("elbv2")
    arns = [one["ListenerArn"] for one in _listeners(aws, target) if one["Protocol"] == "HTTP"]
    rules = [rule for arn in arns for rule in paginated(elbv2, "describe_rules", "Rules", ListenerArn=arn)]
    others = [rule for rule in rules if not rule["IsDefault"]]
    return f"{pluralize(len(others), 'rule')} besides the default: left alone"
