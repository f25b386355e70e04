"""Compliance tests of security groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from infra.local.detector.context import EvaluationContext, Verdict
from infra.local.inventory import Resource

_EVERYBODY = ("0.0.0.0/0", "::/0")
_ALL_PORTS = range(65536)
_AUTHORIZED = (80, 443)
HIGH_RISK = (
    *(20, 21, 22, 23, 25, 110, 135, 143, 445, 1433, 1434, 3000, 3306, 3389, 4333, 5000, 5432, 5500, 5601),
    *(8080, 8088, 8888, 9200, 9300),
)


def ssh(group: Resource, _: EvaluationContext) -> Verdict:
    """EC2.13: port 22 is not open to everybody."""
    return not _reaches(group, (22,), ("tcp", "-1"))


def rdp(group: Resource, _: EvaluationContext) -> Verdict:
    """EC2.14: port 3389 is not open to everybody."""
    return not _reaches(group, (3389,), ("tcp", "-1"))


def high_risk(group: Resource, _: EvaluationContext) -> Verdict:
    """EC2.19: none of the ports that AWS lists for this control is open to everybody."""
    return not _reaches(group, HIGH_RISK, ("tcp", "udp", "-1"))


def authorized(group: Resource, _: EvaluationContext) -> Verdict:
    """EC2.18: of TCP and UDP at most TCP 80 and 443 are open to everybody."""
    opened = [rule for rule in _open_rules(group) if rule["IpProtocol"] in ("tcp", "udp", "-1")]
    return all(rule["IpProtocol"] == "tcp" and all(port in _AUTHORIZED for port in _ports(rule)) for rule in opened)


def _reaches(group: Resource, ports: tuple[int, ...], protocols: tuple[str, ...]) -> bool:
    opened = (rule for rule in _open_rules(group) if rule["IpProtocol"] in protocols)
    return any(port in _ports(rule) for rule in opened for port in ports)


def _open_rules(group: Resource) -> Iterator[Mapping[str, Any]]:
    return (rule for rule in group.settings["InboundRules"] if rule["Source"] in _EVERYBODY)


def _ports(rule: Mapping[str, Any]) -> range:
    if rule["IpProtocol"] == "-1":
        return _ALL_PORTS
    return range(rule["FromPort"], rule["ToPort"] + 1)
