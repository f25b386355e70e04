"""The policy that narrows a run's session: small enough, enough for the plan, and for nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from bot.adapters.aws.accounts import MAX_SESSION_POLICY
from bot.cli.member.template import member_template
from bot.domain.plan import Target
from bot.domain.remediation import Remediation, session_policy
from infra.local import moto_extensions
from tests.aws import ACCOUNT
from tests.iam_table import concerns, resources_of
from tests.infra.plain import made, parsed
from tests.infra.simulation import Asked, verdicts
from tests.remediations.contract import Case
from tests.remediations.everything import CASES, every_case

ELSEWHERE = (
    "iam:CreateUser",
    "s3:DeleteBucket",
    "ec2:TerminateInstances",
    "kms:ScheduleKeyDeletion",
    "rds:DeleteDBInstance",
)

BY_IAM = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
            "Action": "kms:*",
            "Resource": "*",
        }
    ],
}
"""A key's default policy: its account's IAM decides."""


@cache
def role() -> tuple[dict[str, Any], ...]:
    """Everything that the remediation role may at most, every group enabled, and a role that may be handed on."""
    resources = made(
        parsed(member_template()),
        ACCOUNT,
        BotAccount="999999999999",
        OrganizationId="o-a1b2c3d4e5",
        AllowRemediation="yes",
        AllowIdentity="yes",
        PassableRoles=f"arn:aws:iam::{ACCOUNT}:role/*",
    )
    managed = [one for one in resources.values() if one["Type"] == "AWS::IAM::ManagedPolicy"]
    inline = resources["RemediationRole"]["Properties"]["Policies"]
    return tuple(one["PolicyDocument"] for one in [*(one["Properties"] for one in managed), *inline])


def asked(recipe: Remediation, target: Target, action: str, resource: str) -> Asked:
    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/cspm-bot-remediation/run"
    key_policy = BY_IAM if action.startswith("kms:") else None
    narrowed = session_policy(recipe, target)
    return Asked(session, action, resource, ACCOUNT, role(), session_policy=narrowed, resource_policy=key_policy)


def writes(recipe: Remediation, target: Target) -> Iterator[tuple[str, str]]:
    """Each writing on a resource that the plan may touch.

    But for DMS, whose resources AWS's table writes as `rep:*`, which the simulator takes by the letter.
    """
    for action in recipe.writes:
        if any("*" in form for form in resources_of(action)):
            continue
        for resource in recipe.write_resources(target):
            if resource != "*" and concerns(action, resource):
                yield action, resource.replace("*", "any")
        if not resources_of(action):
            yield action, "*"


@every_case
def test_it_is_within_what_sts_takes(case: Case) -> None:
    recipe = case.remediation()
    assert len(json.dumps(session_policy(recipe, case.make()), separators=(",", ":"))) <= MAX_SESSION_POLICY


@every_case
def test_each_writing_has_a_resource_that_iam_would_match(case: Case) -> None:
    recipe, target = case.remediation(), case.make()
    named = recipe.write_resources(target)
    idle = [action for action in recipe.writes if not any(concerns(action, one) for one in named)]
    assert idle == [], f"denied by the session policy: IAM matches none of {named}"


@every_case
def test_everything_is_named_only_where_an_action_takes_nothing_else(case: Case) -> None:
    recipe, target = case.remediation(), case.make()
    if "*" in recipe.write_resources(target):
        assert [action for action in recipe.writes if not resources_of(action)], recipe.id


def test_the_plan_is_allowed_and_nothing_else() -> None:
    """All cases in one run of the simulator."""
    right, wrong = [], []
    for case in CASES:
        moto_extensions.reset()
        recipe, target = case.remediation(), case.make()
        planned = list(writes(recipe, target))
        right += [asked(recipe, target, *one) for one in planned]
        strangers = [(action, f"{resource}-x") for action, resource in planned if narrow(recipe, target, action)]
        others = [(action, sample(action)) for action in ELSEWHERE if action not in (*recipe.reads, *recipe.writes)]
        wrong += [asked(recipe, target, *one) for one in [*strangers, *others]]
    assert len(right) >= len(CASES)
    assert [shown(one) for one, verdict in zip(right, verdicts(right), strict=True) if not verdict.allowed] == []
    assert [shown(one) for one, verdict in zip(wrong, verdicts(wrong), strict=True) if verdict.allowed] == []


def shown(one: Asked) -> str:
    return f"{one.action} on {one.resource} with {json.dumps(one.session_policy)}"


def narrow(recipe: Remediation, target: Target, action: str) -> bool:
    """Whether the resources that the action can match are all named in full."""
    return not any("*" in one for one in recipe.write_resources(target) if one == "*" or concerns(action, one))


def sample(action: str) -> str:
    """Any resource of the action's first kind."""
    known = {"${Partition}": "aws", "${Region}": "eu-west-1", "${Account}": ACCOUNT}
    return re.sub(r"\$\{\w+\}", lambda name: known.get(name[0], "any"), resources_of(action)[0])
