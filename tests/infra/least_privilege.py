"""Judge the calls that the flows' tests recorded by the roles of the template."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from bot.runtime.bootstrap import BOT_TOKEN, DIGEST_KEY, GRANTS, SIGNING_SECRET
from infra.local.translate import translated
from tests.infra.plain import REGION, made
from tests.infra.plain import load as load_template
from tests.infra.recording import Made
from tests.infra.simulation import Asked, Verdict, verdicts

BOT: Final = "999999999999"
MEMBER: Final = "111122223333"
SECRETS: Final = {BOT_TOKEN: "BotToken", SIGNING_SECRET: "SigningSecret", DIGEST_KEY: "DigestKey"}

NOT_OURS: Final[Mapping[str, str]] = {
    "Log": "Lambda itself writes the function's log",
    "GiveUp": "Lambda's poller tells of records that it could not hand on",
    "Consume": "Lambda's poller takes messages off the queue; postponing: tests/runtime/test_bootstrap.py",
}
"""Statements whose calls are not made by the use cases."""

EXCEPTIONS: Final[Mapping[tuple[str, str, str], str]] = {
    (
        "plan",
        "ReadSecrets",
        "secretsmanager:GetSecretValue",
    ): "the account adapter hashes secret values in plans with the key: tests/adapters/test_accounts.py",
}
"""(function, statement, action) that the flows' tests cannot show, and where it is shown."""

MEMBERS: Final = {
    "BotAccount": BOT,
    "OrganizationId": "o-a1b2c3d4e5",
    "BotStackName": "a-stack",
    "AllowRemediation": "yes",
}

AT_START: Final = tuple(
    Made(name, "dynamodb:DescribeTable", "Table") for name, grants in GRANTS.items() if grants.places_cases
)
"""Calls of building a world: the table's date, for functions that open cases (bot/runtime/bootstrap.py)."""


@dataclass(frozen=True)
class Judged:
    """Calls, and what IAM says of each by the template's roles."""

    calls: tuple[Made, ...]

    @cached_property
    def _resources(self) -> dict[str, Any]:
        return made(translated(), BOT, OrganizationId="o-a1b2c3d4e5", FallbackChannel="C0SECFALL")

    @cached_property
    def _verdicts(self) -> list[tuple[Made, Verdict]]:
        return list(zip(self.calls, verdicts([self._asked(one) for one in self.calls]), strict=True))

    def problems(self) -> Iterator[str]:
        """Every call that is not allowed, every right and kind of key that no call used."""
        for function in sorted(set(GRANTS) - {one.function for one in self.calls if one not in AT_START}):
            yield f"{function}: no call was recorded"
        for one in self.not_allowed:
            yield f"{one.function}: has no right to {one.action} on {one.resource} {one.keys} {one.attributes}"
        for function in GRANTS:
            for sid, action in sorted(self.unused_rights(function)):
                yield f"{function}: {sid} allows {action}, which no call used"
            for sid, key in sorted(self.unused_keys(function)):
                yield f"{function}: {sid} allows to write {key}*, which no call did"

    @property
    def not_allowed(self) -> list[Made]:
        return [one for one, verdict in self._verdicts if not verdict.allowed]

    def unused_rights(self, function: str) -> set[tuple[str, str]]:
        """(statement, action) of everything that a role allows and that no call used."""
        used = {(sid, one.action) for one, verdict in self._verdicts if one.function == function for sid in verdict.by}
        shown_elsewhere = {(sid, action) for name, sid, action in EXCEPTIONS if name == function}
        return self._granted(function) - used - shown_elsewhere

    def unused_keys(self, function: str) -> set[tuple[str, str]]:
        """(statement, kind of key) of everything that a role may write and that no call wrote."""
        mine = [(one, verdict) for one, verdict in self._verdicts if one.function == function]
        used = {(sid, key) for one, verdict in mine for sid in verdict.by for key in one.keys}
        return {one for one in self._granted_keys(function) if not any(_covers(one, other) for other in used)}

    def _granted(self, function: str) -> set[tuple[str, str]]:
        return {
            (one["Sid"], action)
            for one in self._statements(function)
            if one["Sid"] not in NOT_OURS
            for action in ([one["Action"]] if isinstance(one["Action"], str) else one["Action"])
        }

    def _granted_keys(self, function: str) -> Iterator[tuple[str, str]]:
        for one in self._statements(function):
            limits = one.get("Condition", {}).get("ForAllValues:StringLike", {})
            for pattern in limits.get("dynamodb:LeadingKeys", []):
                yield one["Sid"], pattern.rstrip("*")

    def _statements(self, function: str) -> list[dict[str, Any]]:
        return [one for policy in self._policies(function) for one in policy["Statement"]]

    def _policies(self, function: str) -> list[dict[str, Any]]:
        role = self._resources[f"{function.capitalize()}Role"]["Properties"]
        return [policy["PolicyDocument"] for policy in role["Policies"]]

    def _asked(self, call: Made) -> Asked:
        arn = _arn_of(call.resource)
        context: dict[str, Any] = {
            "dynamodb:LeadingKeys": list(call.keys),
            "dynamodb:Attributes": list(call.attributes),
        }
        return Asked(
            f"arn:aws:sts::{BOT}:assumed-role/a-stack-{call.function}/function",
            call.action,
            arn,
            arn.split(":")[4] or BOT,  # the name of a bucket has no account
            self._policies(call.function),
            {key: value for key, value in (context | _entry(call)).items() if value},
            resource_policy=_trust(call.resource),
        )


def judged(calls: Iterable[Made]) -> Judged:
    return Judged(tuple(sorted({*calls, *AT_START})))


def _covers(pattern: tuple[str, str], used: tuple[str, str]) -> bool:
    return pattern[0] == used[0] and used[1].startswith(pattern[1])


def _entry(call: Made) -> dict[str, str]:
    """The condition keys that STS sets when a function enters a member account (bot/adapters/aws/accounts.py)."""
    if not call.action.startswith("sts:"):
        return {}
    principal = f"arn:aws:iam::{BOT}:role/a-stack-{call.function}"
    named = {"sts:SourceIdentity": "U0DANA"} if call.resource == "role remediation" else {}
    external = {"sts:ExternalId": "cspm-bot"} if call.action == "sts:AssumeRole" else {}
    return {"aws:PrincipalArn": principal, "aws:PrincipalOrgID": MEMBERS["OrganizationId"], **external, **named}


def _trust(resource: str) -> dict[str, Any] | None:
    """The trust policy of a role in infra/member.yaml; None for anything else."""
    role = {"role reader": "ReaderRole", "role remediation": "RemediationRole"}.get(resource)
    if role is None:
        return None
    found: dict[str, Any] = made(load_template("member.yaml"), MEMBER, **MEMBERS)[role]["Properties"]
    document: dict[str, Any] = found["AssumeRolePolicyDocument"]
    return document


def _arn_of(resource: str) -> str:
    kind, _, name = resource.partition(" ")
    here = f"{REGION}:{BOT}"
    if kind.startswith("Table"):
        return f"arn:aws:dynamodb:{here}:table/a-stack-{kind}"
    return {
        "queue": f"arn:aws:sqs:{here}:a-stack-{name.capitalize()}Queue",
        "secret": f"arn:aws:secretsmanager:{here}:secret:a-stack-{SECRETS.get(name, '')}",
        "role": f"arn:aws:iam::{MEMBER}:role/cspm-bot-{name}",
        "hub": f"arn:aws:securityhub:{here}:hub/default",
        "archive": f"arn:aws:s3:::a-stack-AuditBucket{'/audit/2026-09-22/09.jsonl' if name else ''}",
        "bus": f"arn:aws:events:{here}:event-bus/a-stack-CaseBus",
        "policy": f"arn:aws:appconfig:{here}:application/a-stack-PolicyApplication"
        "/environment/a-stack-PolicyEnvironment/configuration/a-stack-PolicyProfile",
    }[kind]
