"""Views of cards, as short as the tests that need them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.canonical import ABSENT
from bot.domain.case import Case
from bot.domain.finding import Severity, Status
from bot.domain.plan import Change, Effect, Evidence, Plan
from bot.domain.policy import Approvers, Stage
from bot.domain.resource import Resource
from bot.domain.states import State
from bot.domain.target import CaseTarget
from bot.domain.target_record import FindingNote, Proposal, Vote
from bot.slack.cards.card import Message
from bot.slack.cards.view import CardView, Recipe
from tests.domain.builders import having

NOW = datetime(2026, 9, 22, 9, 0, tzinfo=UTC)
AT = "2026-09-22T08:30:00.000Z"
MANIFEST = "0123456789abcdef0123456789abcdef"

RECIPE = Recipe(
    title="Block public access to the bucket",
    problem="Public bucket",
    effects=(Effect.CUTS_TRAFFIC,),
)

BLOCK = Change("public access block", ABSENT, "all four on")

EVIDENCE = (
    Evidence("Does a policy make it public today?", "no public statement in its policy"),
    Evidence("Is it a website?", "no"),
    Evidence("Does CloudFront read it?", "its distributions could not be listed", known=False),
)


def a_plan(name: str = "acme-payroll-exports", *changes: Change, **params: Any) -> Plan:
    resource = Resource("aws", "111122223333", "eu-west-1", "AWS::S3::Bucket", f"arn:aws:s3:::{name}")
    return Plan("BlockPublicAccess", 1, resource, params, changes or (BLOCK,))


def a_target(
    state: State = State.PROPOSED, name: str = "acme-payroll-exports", *changes: Change, **more: Any
) -> CaseTarget:
    """One bucket that fails three controls, in this state, with a plan unless its state has none."""
    plan = a_plan(name, *changes)
    planned = state not in {State.NEW, State.GUIDANCE}
    findings = {f"f{control}": FindingNote(control, Status.OPEN, Severity.HIGH) for control in ("S3.2", "S3.3", "S3.8")}
    target = CaseTarget(
        case_id="01CASE",
        target_id=f"t-{name}"[:40],
        subject="BlockPublicAccess",
        remediation="BlockPublicAccess",
        resource=plan.resource,
        state=state,
        findings=findings,
        docs_url="https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-8",
        since="2026-09-21T05:00:00.000Z",
        proposal=Proposal(*((plan.text, plan.digest) if planned else ("", "")), AT, evidence=EVIDENCE),
    )
    return having(target, **more)


def decided(state: State, /, name: str = "acme-payroll-exports", **more: Any) -> CaseTarget:
    """A target that somebody approved, with a run."""
    return a_target(more.pop("state", state), name, **({"by": "U0DANA", "at": AT, "run_id": "01RUN"} | more))


def fixed(name: str = "acme-payroll-exports", **more: Any) -> CaseTarget:
    """A target that is fixed and read back."""
    return decided(State.FIXED, name, **({"proved_at": AT} | more))


def a_case(targets: Iterable[CaseTarget] = (), **more: Any) -> Case:
    counts: dict[str, int] = {}
    for target in targets:
        counts[target.state] = counts.get(target.state, 0) + 1
    case = Case(
        id="01CASE",
        account="111122223333",
        subject="BlockPublicAccess",
        remediation="BlockPublicAccess",
        route="routes[0]",
        channel="C0SECPROD",
        title="Public bucket",
        severity=Severity.CRITICAL,
        created="2026-09-21T05:00:00.000Z",
        ts="1758445200.000100",
        counts=counts,
    )
    return replace(case, **more)


def a_view(*targets: CaseTarget, **more: Any) -> CardView:
    """The card of these targets at stage `approve`, for @sec-eng to decide."""
    view = CardView(
        case=a_case(targets),
        targets=targets,
        recipe=RECIPE,
        now=NOW,
        approvers=Approvers(groups=("S0SECENG",)),
        stage=Stage.APPROVE,
        account_name="prod-data",
        owner="S0PAYMENTS",
        expires_at=NOW + timedelta(hours=24),
    )
    return replace(view, **more)


def yes(target: CaseTarget, *users: str) -> CaseTarget:
    """The same target with these people's approval of its present plan."""
    return having(target, votes=tuple(Vote(user, AT, target.proposal.digest) for user in users))


def texts(message: Message) -> str:
    """Everything that a message says, buttons and dialogs included."""
    return "\n".join([message.text, *strings(list(message.blocks))])


def strings(value: Any) -> Iterator[str]:
    """Every text object's text."""
    if isinstance(value, dict):
        if isinstance(value.get("text"), str):
            yield value["text"]
        for key, member in value.items():
            if key != "text" or not isinstance(member, str):
                yield from strings(member)
    elif isinstance(value, list):
        for member in value:
            yield from strings(member)


def buttons(message: Message) -> dict[str, dict[str, Any]]:
    """The message's buttons by action id."""
    rows = [block["elements"] for block in message.blocks if block["type"] == "actions"]
    return {one["action_id"]: one for row in rows for one in row}
