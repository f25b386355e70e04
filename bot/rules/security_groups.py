"""Security group rules that allow a prefix list, which AWS's managed rules do not evaluate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from bot.domain.remediation import Param
from bot.rules.rule import Item, Params, Rule, Verdict, non_compliant_if


def prefix_lists(item: Item, params: Params) -> Verdict:
    """Require that only public ports are open to prefix lists that are not trusted.

    A list's entries are not in the group's item and can change without it, so a list is trusted as a whole or not.
    Managed rules such as INCOMING_SSH_DISABLED check 0.0.0.0/0 and ::/0 only.
    """
    trusted, public = set(params.texts("trustedPrefixLists")), set(params.numbers("publicPorts"))
    return non_compliant_if(
        f"{_port_text(rule)} is open to prefix list {name}"
        for rule in item.configuration.get("ipPermissions") or []
        if not _is_public(rule, public)
        for name in _prefix_list_ids(rule)
        if name not in trusted
    )


def _prefix_list_ids(rule: Mapping[str, Any]) -> Iterator[str]:
    """Yield the ids of prefix lists: objects in Config's items, strings in older ones."""
    for one in rule.get("prefixListIds") or []:
        yield str(one.get("prefixListId", "") if isinstance(one, Mapping) else one)


def _is_public(rule: Mapping[str, Any], ports: set[int]) -> bool:
    low, high = rule.get("fromPort"), rule.get("toPort")
    return rule.get("ipProtocol") == "tcp" and low == high and low in ports


def _port_text(rule: Mapping[str, Any]) -> str:
    protocol = rule.get("ipProtocol", "-1")
    if protocol == "-1":
        return "every port"
    low, high = rule.get("fromPort"), rule.get("toPort")
    return f"{protocol} {low}" if low == high else f"{protocol} {low}..{high}"


RULES: Final = (
    Rule(
        name="security-group-open-by-prefix-list",
        about="No security group opens a port that is not public to a prefix list that nobody vouches for",
        evaluate=prefix_lists,
        resource_types=("AWS::EC2::SecurityGroup",),
        params={
            "publicPorts": Param("80,443", "TCP ports that may be open to any list, comma-separated"),
            "trustedPrefixLists": Param("", "trusted prefix lists, comma-separated"),
        },
    ),
)
