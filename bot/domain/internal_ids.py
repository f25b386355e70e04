"""Ids of AWS's own: AWS Config knows some resources by them, which Security Hub and people know by name.

A user is `AIDA…`, a database `db-…` to AWS Config, and an ARN with its name to the others. The id stays when somebody
changes the name, and is never given to another resource; a name may be.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.domain.resource import Resource, parse_arn


@dataclass(frozen=True)
class _Form:
    """What the own ids of a type look like, and the ARNs (service and rest) that they may stand for."""

    own: re.Pattern[str]
    service: str
    rest: str

    def stands_for(self, arn: str) -> bool:
        parts = parse_arn(arn)
        return parts is not None and parts.service == self.service and parts.rest.startswith(self.rest)


def _form(own: str, service: str, rest: str) -> _Form:
    return _Form(re.compile(own), service, rest)


_FORMS: Final[Mapping[str, _Form]] = {
    "AWS::ElasticBeanstalk::Environment": _form(r"e-[a-z0-9]+", "elasticbeanstalk", "environment/"),
    "AWS::IAM::Group": _form(r"AGPA[A-Z0-9]{8,}", "iam", "group/"),
    "AWS::IAM::Policy": _form(r"ANPA[A-Z0-9]{8,}", "iam", "policy/"),
    "AWS::IAM::Role": _form(r"AROA[A-Z0-9]{8,}", "iam", "role/"),
    "AWS::IAM::User": _form(r"AIDA[A-Z0-9]{8,}", "iam", "user/"),
    "AWS::NetworkFirewall::Firewall": _form(
        r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "network-firewall", "firewall/"
    ),
    "AWS::RDS::DBCluster": _form(r"cluster-[A-Z0-9]{8,}", "rds", "cluster:"),
    "AWS::RDS::DBInstance": _form(r"db-[A-Z0-9]{8,}", "rds", "db:"),
}
"""As the published configuration items have them; IAM's prefixes are in its user guide, "Unique identifiers".

Names of databases are lower case (RDS user guide, "Naming constraints"), so that none is taken for an own id.
"""


def own_id(resource: Resource) -> str:
    """The resource's id where that is one of AWS's own, else ''."""
    form = _FORMS.get(resource.type)
    return resource.id if form and form.own.fullmatch(resource.id) else ""


def may_stand_for(own: str, named: Resource) -> bool:
    """Whether an own id has the form for this resource, which is known by its ARN and lies in its own account."""
    form = _FORMS.get(named.type)
    fits = form is not None and form.own.fullmatch(own) is not None and form.stands_for(named.id)
    return fits and not named.foreign_account
