"""EC2 security group rules: pagination, all-or-nothing calls, complete responses, descriptions of all sources."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import InvalidParameterValue, InvalidSecurityGroupRuleIdNotFoundError
from moto.ec2.models.security_groups import GroupedSecurityRuleView, SecurityGroup, SecurityGroupRule
from moto.ec2.responses.security_groups import SecurityGroups

from infra.local.moto_extensions.patching import replace

_new_rule = SecurityGroupRule.__init__
_LARGEST_PAGE = 1000


def new_rule(self: Any, *args: Any, **kwargs: Any) -> None:
    """Keep a prefix list's description, which moto drops."""
    _new_rule(self, *args, **kwargs)
    prefix_list = kwargs.get("prefix_list_id") or (args[7] if len(args) > 7 else None)  # noqa: PLR2004 - moto's order
    self.prefix_list_description = (prefix_list or {}).get("Description")


def description(self: Any) -> str | None:
    """Return the rule's description, whatever its source.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRule.html
    """
    source: dict[str, str] = self.ip_range or self.source_group
    return source.get("Description") or self.prefix_list_description


def flattened_rules(_: SecurityGroup, rules: list[SecurityGroupRule]) -> list[GroupedSecurityRuleView]:
    """Group rules by protocol and ports, as DescribeSecurityGroups does; prefix lists with their description.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html
    """
    views: dict[tuple[Any, ...], GroupedSecurityRuleView] = {}
    for rule in rules:
        key = (rule.ip_protocol, rule.from_port, rule.to_port)
        view = views.setdefault(key, GroupedSecurityRuleView(rule.from_port, rule.to_port, rule.ip_protocol))
        _put_source(view, rule)
    return list(views.values())


def _put_source(view: GroupedSecurityRuleView, rule: Any) -> None:
    if rule.ip_range:
        view.all_ip_ranges.append(rule.ip_range)
    if rule.source_group:
        view.source_groups.append(rule.source_group)
    if rule.prefix_list_id:
        named = {"Description": rule.prefix_list_description} if rule.prefix_list_description else {}
        view.prefix_list_ids.append({"PrefixListId": rule.prefix_list_id, **named})


def authorize_security_group_ingress(self: SecurityGroups) -> ActionResult:
    """Add all rules or none, and return every new rule.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html: SecurityGroupRules is
    "information about the inbound (ingress) security group rules that were added". moto returns the last permission's.
    """
    return _authorize(self, self.ec2_backend.authorize_security_group_ingress)


def authorize_security_group_egress(self: SecurityGroups) -> ActionResult:
    """As for ingress: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupEgress.html."""
    return _authorize(self, self.ec2_backend.authorize_security_group_egress)


def _authorize(response: SecurityGroups, authorize: Callable[..., Any]) -> ActionResult:
    response.error_on_dryrun()
    with _all_or_nothing(response):
        rules = [rule for args in response._process_rules_from_querystring() for rule in authorize(**args)[0]]  # noqa: SLF001 - moto's own way in
    return ActionResult({"Return": True, "SecurityGroupRules": rules})


def revoke_security_group_ingress(self: SecurityGroups) -> ActionResult:
    """Revoke all rules or none, and return the revoked ones; an unknown rule id has an error of its own.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupIngress.html
    (RevokedSecurityGroupRules), https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
    (InvalidSecurityGroupRuleId.NotFound).
    """
    return _revoke(self, "ingress_rules", self.ec2_backend.revoke_security_group_ingress)


def revoke_security_group_egress(self: SecurityGroups) -> ActionResult:
    """As for ingress: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupEgress.html."""
    return _revoke(self, "egress_rules", self.ec2_backend.revoke_security_group_egress)


def _revoke(response: SecurityGroups, direction: str, revoke: Callable[..., Any]) -> ActionResult:
    response.error_on_dryrun()
    group = _group(response)
    before = list(getattr(group, direction, []))
    unknown = set(response._get_param("SecurityGroupRuleIds", [])) - {rule.id for rule in before}  # noqa: SLF001 - moto's own way in
    if unknown:
        raise InvalidSecurityGroupRuleIdNotFoundError(min(unknown))
    with _all_or_nothing(response):
        for args in response._process_rules_from_querystring():  # noqa: SLF001 - moto's own way in
            args.pop("sgrule_tags")
            revoke(**args)
    after = {rule.id for rule in getattr(group, direction, [])}
    return ActionResult(
        {"Return": True, "RevokedSecurityGroupRules": [_revoked(rule) for rule in before if rule.id not in after]}
    )


def _revoked(rule: SecurityGroupRule) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokedSecurityGroupRule.html."""
    return {
        "SecurityGroupRuleId": rule.id,
        "GroupId": rule.group_id,
        "IsEgress": rule.is_egress,
        "IpProtocol": rule.ip_protocol,
        "FromPort": -1 if rule.from_port is None else rule.from_port,
        "ToPort": -1 if rule.to_port is None else rule.to_port,
        "CidrIpv4": rule.cidr_ipv4,
        "CidrIpv6": rule.cidr_ipv6,
        "PrefixListId": rule.prefix_list_id,
        "ReferencedGroupId": rule.source_group.get("GroupId"),
        "Description": description(rule),
    }


def _group(response: SecurityGroups) -> SecurityGroup | None:
    name = response._get_param("GroupName") or response._get_param("GroupId")  # noqa: SLF001 - moto's own way in
    group: SecurityGroup | None = response.ec2_backend.get_security_group_by_name_or_id(name, None)
    return group


@contextmanager
def _all_or_nothing(response: SecurityGroups) -> Iterator[None]:
    """Undo the whole call if it fails at a later permission."""
    group = _group(response)
    kept = (list(group.ingress_rules), list(group.egress_rules)) if group else None
    try:
        yield
    except Exception:
        if group and kept:
            group.ingress_rules, group.egress_rules = kept
        raise


def describe_security_group_rules(self: SecurityGroups) -> ActionResult:
    """Paginate.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroupRules.html: without
    MaxResults up to 1000 at once; NextToken is absent on the last page. botocore itself refuses MaxResults below 5.
    """
    self.error_on_dryrun()
    filters = self._filters_from_querystring()
    rules = self.ec2_backend.describe_security_group_rules(self._get_param("SecurityGroupRuleIds", []), filters)
    page, token = page_of(rules, self._get_int_param("MaxResults"), self._get_param("NextToken"))
    return ActionResult({"SecurityGroupRules": page, "NextToken": token})


def describe_security_groups(self: SecurityGroups) -> ActionResult:
    """Paginate: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroups.html."""
    groups = self.ec2_backend.describe_security_groups(
        group_ids=self._get_param("GroupIds", []),
        groupnames=self._get_param("GroupNames", []),
        filters=self._filters_from_querystring(),
    )
    page, token = page_of(groups, self._get_int_param("MaxResults"), self._get_param("NextToken"))
    return ActionResult({"SecurityGroups": page, "NextToken": token})


def page_of(items: list[Any], size: int | None, token: str | None) -> tuple[list[Any], str | None]:
    """Return a page and the token of the next one. Tokens are positions, so after a change a page may repeat items."""
    if token is not None and not token.startswith("page-"):
        raise InvalidParameterValue("The token is invalid")
    start = int(token.removeprefix("page-")) if token else 0
    end = start + (size or _LARGEST_PAGE)
    return items[start:end], f"page-{end}" if end < len(items) else None


def install() -> None:
    replace(SecurityGroupRule, __init__=new_rule, description=property(description))
    replace(SecurityGroup, _flattened_rules=flattened_rules)
    replace(
        SecurityGroups,
        authorize_security_group_ingress=authorize_security_group_ingress,
        authorize_security_group_egress=authorize_security_group_egress,
        revoke_security_group_ingress=revoke_security_group_ingress,
        revoke_security_group_egress=revoke_security_group_egress,
        describe_security_group_rules=describe_security_group_rules,
        describe_security_groups=describe_security_groups,
    )
