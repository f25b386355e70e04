"""Each role against the calls that its function makes: every call is allowed, and no right was never used."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from bot.runtime.bootstrap import BOT_TOKEN, DIGEST_KEY, GRANTS, SIGNING_SECRET
from infra.local.translate import translated
from tests.infra.plain import REGION, made
from tests.infra.plain import load as load_template
from tests.infra.recording import Made, load
from tests.infra.simulation import Asked, Verdict, verdicts

ROOT: Final = Path(__file__).parents[2]
BOT: Final = "999999999999"
MEMBER: Final = "111122223333"
SECRETS: Final = {BOT_TOKEN: "BotToken", SIGNING_SECRET: "SigningSecret", DIGEST_KEY: "DigestKey"}
SLOW: Final = "tests/flows/ingestion/test_counters.py"
"""Thousands of examples of what other tests of the flows do, too."""

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

Run = list[tuple[Made, Verdict]]


@pytest.fixture(scope="module")
def resources() -> dict[str, Any]:
    return made(translated(), BOT, OrganizationId="o-a1b2c3d4e5", FallbackChannel="C0SECFALL")


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> list[Made]:
    """Every call of the flows' tests, in a process of its own, which the plugin listens to."""
    target = tmp_path_factory.mktemp("calls") / "calls.json"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.infra.recording", "tests/flows", f"--deselect={SLOW}"]
    done = subprocess.run(  # noqa: S603 - our own interpreter and tests
        [*command, "--continue-on-collection-errors", "-p", "no:cacheprovider"],
        cwd=ROOT,
        env={**os.environ, "CSPM_RECORD": str(target)},
        capture_output=True,
        text=True,
        timeout=3600,
        check=False,
    )
    assert target.exists(), done.stdout[-2000:]
    return [*load(target), *at_start()]


def at_start() -> list[Made]:
    """What building a world calls: the table's date, for those who place cases (bot/runtime/bootstrap.py)."""
    return [Made(name, "dynamodb:DescribeTable", "Table") for name, rights in GRANTS.items() if rights.places_cases]


@pytest.fixture(scope="module")
def run(resources: dict[str, Any], calls: list[Made]) -> Run:
    return list(zip(calls, verdicts([asked(one, resources) for one in calls]), strict=True))


def policies(function: str, resources: Mapping[str, Any]) -> list[dict[str, Any]]:
    role = resources[f"{function.capitalize()}Role"]["Properties"]
    return [policy["PolicyDocument"] for policy in role["Policies"]]


def asked(call: Made, resources: Mapping[str, Any]) -> Asked:
    arn = arn_of(call.resource)
    context: dict[str, Any] = {"dynamodb:LeadingKeys": list(call.keys), "dynamodb:Attributes": list(call.attributes)}
    return Asked(
        f"arn:aws:sts::{BOT}:assumed-role/a-stack-{call.function}/function",
        call.action,
        arn,
        arn.split(":")[4] or BOT,  # the name of a bucket has no account
        policies(call.function, resources),
        {key: value for key, value in (context | entry(call)).items() if value},
        resource_policy=trust(call.resource),
    )


def entry(call: Made) -> dict[str, str]:
    """What STS tells the policies when a function enters a member account (bot/adapters/aws/accounts.py)."""
    if not call.action.startswith("sts:"):
        return {}
    who = f"arn:aws:iam::{BOT}:role/a-stack-{call.function}"
    named = {"sts:SourceIdentity": "U0DANA"} if call.resource == "role remediation" else {}
    word = {"sts:ExternalId": "cspm-bot"} if call.action == "sts:AssumeRole" else {}
    return {"aws:PrincipalArn": who, "aws:PrincipalOrgID": MEMBERS["OrganizationId"], **word, **named}


def trust(resource: str) -> dict[str, Any] | None:
    """Whom the role lets in, by infra/member.yaml; only roles of other accounts are asked."""
    role = {"role reader": "ReaderRole", "role remediation": "RemediationRole"}.get(resource)
    if role is None:
        return None
    found: dict[str, Any] = made(load_template("member.yaml"), MEMBER, **MEMBERS)[role]["Properties"]
    document: dict[str, Any] = found["AssumeRolePolicyDocument"]
    return document


def arn_of(resource: str) -> str:
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


def granted(function: str, resources: Mapping[str, Any]) -> set[tuple[str, str]]:
    """(statement, action) of everything that a role allows and that use cases should use."""
    statements = [one for policy in policies(function, resources) for one in policy["Statement"]]
    return {
        (one["Sid"], action)
        for one in statements
        if one["Sid"] not in NOT_OURS
        for action in ([one["Action"]] if isinstance(one["Action"], str) else one["Action"])
    }


def keys_granted(function: str, resources: Mapping[str, Any]) -> set[tuple[str, str]]:
    """(statement, kind of key) of everything that a role may write."""
    statements = [one for policy in policies(function, resources) for one in policy["Statement"]]
    return {
        (one["Sid"], pattern.rstrip("*"))
        for one in statements
        for pattern in one.get("Condition", {}).get("ForAllValues:StringLike", {}).get("dynamodb:LeadingKeys", [])
    }


def test_every_function_was_seen_at_work(calls: list[Made]) -> None:
    assert {one.function for one in calls} == set(GRANTS)


def test_every_call_is_allowed(run: Run) -> None:
    assert [one for one, verdict in run if not verdict.allowed] == []


@pytest.mark.parametrize("function", GRANTS)
def test_no_right_was_never_used(run: Run, resources: dict[str, Any], function: str) -> None:
    used = {(sid, one.action) for one, verdict in run if one.function == function for sid in verdict.by}
    shown_elsewhere = {(sid, action) for name, sid, action in EXCEPTIONS if name == function}
    assert granted(function, resources) - used - shown_elsewhere == set()


@pytest.mark.parametrize("function", GRANTS)
def test_no_kind_of_key_was_never_written(run: Run, resources: dict[str, Any], function: str) -> None:
    mine = [(one, verdict) for one, verdict in run if one.function == function]
    used = {(sid, key) for one, verdict in mine for sid in verdict.by for key in one.keys}
    unused = [one for one in keys_granted(function, resources) if not any(_covers(one, other) for other in used)]
    assert unused == []


def _covers(pattern: tuple[str, str], used: tuple[str, str]) -> bool:
    return pattern[0] == used[0] and used[1].startswith(pattern[1])


def test_a_call_that_a_role_has_no_right_to_is_seen(resources: dict[str, Any]) -> None:
    wrong = [
        Made("slack", "dynamodb:PutItem", "Table", ("CASE#1",)),
        Made("slack", "sts:AssumeRole", "role reader"),
        Made("plan", "sts:AssumeRole", "role remediation"),
        Made("cards", "secretsmanager:GetSecretValue", f"secret {SIGNING_SECRET}"),
        Made("cards", "dynamodb:UpdateItem", "Table", ("CASE#1",), ("pk", "sk", "state")),
        Made("cards", "dynamodb:UpdateItem", "Table", ("CASE#1",), ("decision", "pk", "sk")),
        Made("schedule", "dynamodb:UpdateItem", "Table", ("RUN#1",), ("pk", "sk", "state")),
        Made("ingest", "dynamodb:PutItem", "Table", ("F#1", "RUN#1")),
    ]
    assert [one.allowed for one in verdicts([asked(one, resources) for one in wrong])] == [False] * len(wrong)
