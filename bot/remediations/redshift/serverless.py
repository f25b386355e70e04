"""Make Redshift Serverless private, require TLS, route its traffic through the VPC, and log its use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import Value
from bot.domain.errors import Busy, ResourceGone
from bot.domain.plan import Effect, Evidence, Reversible, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Remediation
from bot.remediations.toolkit.arns import arn_or_pattern
from bot.remediations.toolkit.aws_calls import evidence_of, gone_if
from bot.remediations.toolkit.security_group_calls import public_sources
from bot.remediations.toolkit.toggle import Toggle
from bot.remediations.toolkit.vpc_endpoints import vpc_endpoints

_SERVICE: Final = "redshift-serverless"
_REQUIRED_LOGS: Final = ("connectionlog", "userlog")
"""RedshiftServerless.6 requires these two; a user activity log that is on stays on."""


class _WorkgroupToggle(Toggle):
    """One flag of GetWorkgroup, which UpdateWorkgroup takes under the same name; other fields do not change."""

    resource_type = "AWS::RedshiftServerless::Workgroup"
    reads: ClassVar[tuple[str, ...]] = ("redshift-serverless:GetWorkgroup", "redshift-serverless:ListWorkgroups")
    writes = ("redshift-serverless:UpdateWorkgroup",)
    proved_on = "stub"
    deadline_seconds = 1800
    flag: ClassVar[str]

    def is_on(self, target: Target, aws: Account) -> bool:
        """Return the flag, which keeps its old value while Redshift is applying a change."""
        return bool(_workgroup(aws, target).get(self.flag))

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Set the flag. Raises Busy while an earlier change is in progress: Redshift takes one at a time."""
        now = _workgroup(aws, target)
        if now["status"] in {"CREATING", "MODIFYING"}:
            raise Busy("Redshift is still at work on the workgroup", retry_after=60)
        aws.client(_SERVICE).update_workgroup(workgroupName=now["workgroupName"], **self.change(now, on=on))

    def change(self, now: Mapping[str, Any], *, on: bool) -> dict[str, Any]:  # for subclasses
        """Return the arguments of UpdateWorkgroup."""
        return {self.flag: on}

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """Return the workgroup, or all of the account where a source does not give its ARN."""
        return (arn_or_pattern(target, _SERVICE, "workgroup/*"),)


class RouteWithinVpc(_WorkgroupToggle):
    """Route COPY and UNLOAD through the VPC, where its rules and endpoints apply.

    Buckets to which the VPC has no route (an endpoint, a NAT gateway) then become unreachable.
    """

    title = "Route the workgroup's traffic through the VPC"
    problem = "Serverless warehouse goes around the VPC"
    controls = ("RedshiftServerless.1",)
    config_rules = ("REDSHIFT_SERVERLESS_WORKGROUP_ROUTES_WITHIN_VPC",)
    effects = (Effect.CUTS_TRAFFIC, Effect.TAKES_LONG)
    reads = ("ec2:DescribeVpcEndpoints", *_WorkgroupToggle.reads)
    setting = "enhanced VPC routing"
    flag = "enhancedVpcRouting"
    compliant_value = True

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of("Which endpoints has its VPC?", lambda: _endpoints(aws, target))
        yield Evidence("Which buckets do COPY and UNLOAD name?", "not known", known=False)


class MakeWorkgroupPrivate(_WorkgroupToggle):
    """Make the DNS name of the workgroup's endpoint resolve to private addresses only."""

    title = "Take the serverless warehouse off the internet"
    problem = "Public serverless warehouse"
    controls = ("RedshiftServerless.3",)
    config_rules = ("REDSHIFT_SERVERLESS_WORKGROUP_NO_PUBLIC_ACCESS",)
    effects = (Effect.CUTS_TRAFFIC, Effect.TAKES_LONG)
    reversible = Reversible.PARTLY
    not_restored = "the public address itself: Undo gets another one, under the same name"
    reads = ("ec2:DescribeSecurityGroupRules", *_WorkgroupToggle.reads)
    setting = "public access"
    flag = "publiclyAccessible"
    compliant_value = False

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of("Where is it reached?", lambda: _endpoint(_workgroup(aws, target)))
        yield evidence_of(
            "Who on the internet is let in by its security groups?",
            lambda: public_sources(aws, _workgroup(aws, target).get("securityGroupIds", [])),
        )
        yield Evidence("Who connects from outside the VPC?", "not known", known=False)


class RequireTlsOfWorkgroup(_WorkgroupToggle):
    """Accept only TLS connections: set the parameter require_ssl, and keep the workgroup's other parameters."""

    title = "Take TLS connections only at the serverless warehouse"
    problem = "Serverless warehouse takes plain connections"
    controls = ("RedshiftServerless.2",)
    config_rules = ("REDSHIFT_SERVERLESS_WORKGROUP_ENCRYPTED_IN_TRANSIT",)
    effects = (Effect.CUTS_TRAFFIC, Effect.TAKES_LONG)
    setting = "TLS only"
    flag = "require_ssl"
    compliant_value = True

    def is_on(self, target: Target, aws: Account) -> bool:
        """Return whether require_ssl is true; without it, plain connections are accepted."""
        return _parameters(_workgroup(aws, target)).get(self.flag) == "true"

    def change(self, now: Mapping[str, Any], *, on: bool) -> dict[str, Any]:
        """Return all parameters, since it is not documented whether those that are left out would stay."""
        wanted = {**_parameters(now), self.flag: "true" if on else "false"}
        return {"configParameters": [{"parameterKey": key, "parameterValue": text} for key, text in wanted.items()]}

    def evidence(self, target: Target, aws: Account) -> Iterable[Evidence]:
        yield evidence_of("Where is it reached?", lambda: _endpoint(_workgroup(aws, target)))
        yield Evidence("Who connects without TLS?", "not known", known=False)


class LogNamespace(Remediation):
    """Send the connection and user logs to CloudWatch Logs; logs that are already sent stay on."""

    title = "Log who uses the serverless warehouse"
    problem = "Serverless warehouse without logs"
    controls = ("RedshiftServerless.6",)
    config_rules = ("REDSHIFT_SERVERLESS_PUBLISH_LOGS_TO_CLOUDWATCH",)
    resource_type = "AWS::RedshiftServerless::Namespace"
    effects = (Effect.COSTS_MONEY, Effect.FUTURE_ONLY)
    reads = ("redshift-serverless:GetNamespace", "redshift-serverless:ListNamespaces")
    writes = ("redshift-serverless:UpdateNamespace",)
    proved_on = "stub"

    def read(self, target: Target, aws: Account) -> Settings:
        sent = _namespace(aws, target).get("logExports", [])
        return {kind: kind in sent for kind in _REQUIRED_LOGS}

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        return dict.fromkeys(settings, True)

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Replace the list of logs with one changed. Raises Busy while an earlier change is in progress."""
        now = _namespace(aws, target)
        if now.get("status") == "MODIFYING":
            raise Busy("Redshift is still at work on the namespace", retry_after=30)
        others = {one for one in now.get("logExports", []) if one != setting}
        wanted = sorted(others | {setting} if value else others)
        aws.client(_SERVICE).update_namespace(namespaceName=now["namespaceName"], logExports=wanted)

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """Return the namespace, or all of the account where a source does not give its ARN."""
        return (arn_or_pattern(target, _SERVICE, "namespace/*"),)


def _workgroup(aws: Account, target: Target) -> dict[str, Any]:
    return _describe(aws, target, "workgroup")


def _parameters(workgroup: Mapping[str, Any]) -> dict[str, str]:
    return {one["parameterKey"]: one["parameterValue"] for one in workgroup.get("configParameters", [])}


def _namespace(aws: Account, target: Target) -> dict[str, Any]:
    return _describe(aws, target, "namespace")


def _describe(aws: Account, target: Target, kind: str) -> dict[str, Any]:
    """Return the workgroup or namespace by its ARN, id or name. Raises ResourceGone.

    The ARN ends in an id, but calls take the name, so all of them are listed.
    """
    client = aws.client(_SERVICE)
    pages = client.get_paginator(f"list_{kind}s").paginate()
    found = [one for page in pages for one in page[f"{kind}s"] if target.resource.id in _names(one, kind)]
    if not found:
        raise ResourceGone(target.resource.id)
    with gone_if("ResourceNotFoundException"):
        answer = getattr(client, f"get_{kind}")(**{f"{kind}Name": found[0][f"{kind}Name"]})
    described: dict[str, Any] = answer[kind]
    if described.get("status") == "DELETING":
        raise ResourceGone("DELETING")
    return described


def _names(one: Mapping[str, Any], kind: str) -> set[str]:
    return {one[f"{kind}Arn"], one[f"{kind}Id"], one[f"{kind}Name"]}


def _endpoint(workgroup: Mapping[str, Any]) -> str:
    found = workgroup.get("endpoint", {})
    return f"{found.get('address', 'not known')}:{found.get('port', 'not known')}"


def _endpoints(aws: Account, target: Target) -> str:
    interfaces = _workgroup(aws, target).get("endpoint", {}).get("vpcEndpoints", [])
    vpcs = sorted({one["vpcId"] for one in interfaces})
    if not vpcs:
        return "its VPC is not known"
    return vpc_endpoints(aws, vpcs)
