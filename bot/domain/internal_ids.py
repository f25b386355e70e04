"""Internal AWS ids, by which AWS Config knows some resources that Security Hub and people know by name.

To AWS Config a user is `AIDA…` and a database `db-…`; the others use an ARN with its name. The id stays when the name
is changed, and is never reused for another resource, as a name may be.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.domain.resource import Resource, parse_arn


@dataclass(frozen=True)
class _Form:
    """The form of the internal ids of a type, and of the ARNs (service and rest) of its resources."""

    own: re.Pattern[str]
    service: str
    rest: str

    def is_form_of(self, arn: str) -> bool:
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
"""The forms in published configuration items; IAM's prefixes are in its user guide, "Unique identifiers".

Names of databases are lower case (RDS user guide, "Naming constraints"), so that none is mistaken for an internal id.
"""


def own_id(resource: Resource) -> str:
    """Return the resource's id if it is an internal AWS id, else ''."""
    form = _FORMS.get(resource.type)
    return resource.id if form and form.own.fullmatch(resource.id) else ""


def may_stand_for(own: str, named: Resource) -> bool:
    """Return whether an internal id has the form for this resource, known by an ARN of its own account."""
    form = _FORMS.get(named.type)
    matches = form is not None and form.own.fullmatch(own) is not None and form.is_form_of(named.id)
    return matches and not named.foreign_account
