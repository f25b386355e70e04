"""The whole bot on one stage: in-memory twins around moto's accounts, queues pumped into the flows by hand."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

from bot.adapters.clock import ManualClock
from bot.adapters.memory.faults import FaultPlan, no_faults
from bot.adapters.memory.queue import MemoryQueue, memory_queues
from bot.adapters.ulid import CountingIds
from bot.domain.case import Case
from bot.domain.errors import Busy, CspmError
from bot.domain.ports import Account, Call, Recorder
from bot.domain.resource import Resource
from bot.domain.states import State
from bot.domain.target import CaseTarget
from bot.flows.ingestion import ingest
from bot.messages import ExecuteRun, FillUndoPreview, JudgeDecision, Message, Notify, PreviewUndo, parse, send, to_json
from bot.runtime import dispatch as runtime
from bot.runtime.dispatch import Flows, dispatch
from bot.slack.ids import ActionId, ButtonValue, CallbackId, Metadata
from bot.store import cases, decisions, keys
from bot.store.decisions import SignedRequest
from bot.world import World
from handlers import cards as cards_function
from handlers import plan, remediate, schedule
from tests.aws import MotoAccount
from tests.infra.recording import (
    RecordedAccounts,
    RecordedArchive,
    RecordedBus,
    RecordedHub,
    RecordedPolicies,
    RecordedQueue,
    RecordedSecrets,
    RecordedSlack,
    RecordedTable,
)

EVENTS = Path(__file__).parents[1] / "events"
SIGNING_SECRET = "a-signing-secret"
CHANNEL = "C0SECURITY"
START = datetime(2026, 9, 22, 9, 0, tzinfo=UTC)

POLICY = f"""
version: 1
teams: [T0ACME]
stage: {{default: approve}}
cards: {{min_severity: LOW, per_channel_per_day: 20}}
fallback_channel: C0SECFALL
routes:
  - {{channel: {CHANNEL}, approvers: {{groups: [S0SECENG], required: 1}}}}
"""

Answer = TypeVar("Answer", bound=Message)

FLOWS: dict[str, Flows] = {
    "plan": plan.FLOWS,
    "decisions": remediate.FLOWS,
    "runs": remediate.FLOWS,
    "proofs": remediate.FLOWS,
    "cards": cards_function.FLOWS,
    "answers": cards_function.FLOWS,
}
"""The flows of the function that reads each queue (template.yaml)."""


def deliver(message: Message | Mapping[str, Any], world: World) -> None:
    """Hand a message, or the body of one, to the function that reads its queue."""
    parsed = parse(to_json(message) if isinstance(message, Message) else message)
    dispatch(parsed, FLOWS[parsed.queue], world)


def run_job(name: str, world: World) -> None:
    """Run a scheduled job."""
    runtime.run_job(name, schedule.JOBS, world)


@dataclass
class Stage:
    """A World of twins, and hands to play the queues, Slack and the clock with."""

    faults: FaultPlan = field(default_factory=no_faults)
    policy: str = POLICY

    def __post_init__(self) -> None:
        self.clock = ManualClock(START)
        self.table = RecordedTable(self.faults)
        self.slack = RecordedSlack(self.faults)
        self.accounts = RecordedAccounts(self._account, faults=self.faults)
        self.hub = RecordedHub(faults=self.faults)
        self.bus = RecordedBus(self.faults)
        self.archive = RecordedArchive(self.faults)
        self.calls: list[Call] = []
        self.refuse = ""
        self.world = World(
            clock=self.clock,
            ids=CountingIds(),
            table=self.table,
            queues=memory_queues(self.clock, self.faults, kind=RecordedQueue),
            policies=RecordedPolicies(self.policy, "v1"),
            secrets=RecordedSecrets({"slack/signing-secret": SIGNING_SECRET}),
            slack=self.slack,
            accounts=self.accounts,
            hub=self.hub,
            bus=self.bus,
            archive=self.archive,
            fallback_channel="C0SECFALL",
        )
        self._cast()

    def _cast(self) -> None:
        for user in ("U0DANA", "U0OMAR", "U0LEE"):
            self.slack.add_user(user, team_id="T0ACME")
        self.slack.add_user("U0GUEST", team_id="T0ACME", is_restricted=True)
        self.slack.groups["S0SECENG"] = ["U0DANA", "U0OMAR", "U0GUEST"]

    def _account(self, resource: Resource, record: Recorder) -> Account:
        def told(call: Call) -> None:
            self.calls.append(call)
            with self.faults.call(str(call)):
                record(call)

        return MotoAccount(resource.call_region, resource.account, denied=self.refuse, observe=told)

    # ------------------------------------------------------------------ events

    def tell(self, *events: Mapping[str, Any]) -> frozenset[str]:
        """Events arrive; the ids of the messages that failed."""
        return ingest.ingest([(str(number), json.dumps(event)) for number, event in enumerate(events)], self.world)

    # ------------------------------------------------------------------ queues

    def pump(self, rounds: int = 40) -> None:
        """Deliver messages until the queues are quiet; what raises stays, as on SQS, and is left for later."""
        for _ in range(rounds):
            moved = [self._deliver(name) for name in ("plan", "decisions", "runs", "proofs", "cards")]
            if not any(moved):
                return

    def _deliver(self, name: str) -> bool:
        queue: MemoryQueue = getattr(self.world.queues, name)
        done = False
        for message in queue.receive():
            try:
                dispatch(parse(message.body), FLOWS[name], self.world)
            except (Busy, CspmError):
                queue.waiting.append(message)
            else:
                done = True
        return done

    def settle(self, seconds: float = 10) -> None:
        """Let the queues get quiet, time pass, and what was delayed arrive."""
        self.pump()
        self.clock.advance(seconds=seconds)
        self.pump()

    def execute(self, run_id: str) -> None:
        """Deliver a run's message."""
        deliver(ExecuteRun(run_id=run_id, account_id=self.case.account), self.world)

    def sweep(self) -> None:
        """The scheduled sweep."""
        run_job("sweep", self.world)
        self.pump()

    # ------------------------------------------------------------------ the store

    @property
    def case(self) -> Case:
        """The newest case."""
        found = [item["pk"] for item in self.table.everything() if item["sk"] == "CASE"]
        case = cases.load_case(self.table, max(found).removeprefix("CASE#"))
        assert case
        return case

    @property
    def targets(self) -> list[CaseTarget]:
        """The newest case's targets."""
        return cases.load_targets(self.table, self.case.id)

    @property
    def target(self) -> CaseTarget:
        """The one target of the newest case."""
        (target,) = self.targets
        return target

    def state(self) -> State:
        """Where the one target of the newest case stands."""
        return self.target.state

    # ------------------------------------------------------------------ Slack

    @property
    def card(self) -> dict[str, Any]:
        """The live card of the newest case."""
        return self.slack.message(self.case.channel, self.case.ts)

    @property
    def card_text(self) -> str:
        """Everything that the card says."""
        return json.dumps(self.card, ensure_ascii=False)

    def press(self, action: ActionId, user: str = "U0DANA", *, manifest: str = "", ts: str = "") -> SignedRequest:
        """A press of a button of the live card, decided by `remediate`."""
        case = self.case
        value = ButtonValue(case.id, manifest or case.manifest).text
        body = {
            "type": "block_actions",
            "user": {"id": user, "team_id": "T0ACME"},
            "team": {"id": "T0ACME"},
            "channel": {"id": case.channel},
            "container": {"type": "message", "message_ts": ts or case.ts, "channel_id": case.channel},
            "actions": [{"action_id": action, "value": value, "type": "button"}],
        }
        return self.decide(case.id, signed(body, self.clock))

    def submit(
        self, callback: CallbackId, user: str = "U0DANA", *, manifest: str = "", reason: str = "", reference: str = ""
    ) -> SignedRequest:
        """A submission of a modal that was opened on the live card."""
        case = self.case
        about = Metadata(case.id, manifest or case.manifest, case.channel, case.ts)
        said = {ActionId.DENY_REASON: reason, ActionId.CHANGE_REFERENCE: reference}
        values = {f"{action}_block": {action: {"value": text}} for action, text in said.items() if text}
        body = {
            "type": "view_submission",
            "user": {"id": user, "team_id": "T0ACME"},
            "team": {"id": "T0ACME"},
            "view": {"callback_id": callback, "private_metadata": about.text, "state": {"values": values}},
        }
        return self.decide(case.id, signed(body, self.clock))

    def decide(self, case_id: str, request: SignedRequest) -> SignedRequest:
        """The Slack function's part: one put and one message."""
        now = keys.stamp(self.clock.now())
        decisions.put_decision(self.table, request, case_id, now, now)
        send(JudgeDecision(case_id=case_id, decision_id=request.id), self.world.queues)
        return request

    def ask_undo(self, user: str = "U0DANA") -> FillUndoPreview:
        """Open the undo preview; the message that fills the modal."""
        send(PreviewUndo(case_id=self.case.id, view_id="V1", user_id=user), self.world.queues)
        self.pump()
        return self.answered(FillUndoPreview)[-1]

    @property
    def answers(self) -> list[Message]:
        """Everything that was sent to modals and people."""
        queue: Any = self.world.queues.answers
        return [parse(body) for body in queue.bodies]

    @property
    def notified(self) -> str:
        """The text of the notification that was sent last, after which nothing else was sent to anybody."""
        last = self.answers[-1]
        assert isinstance(last, Notify)
        return last.text

    def answered(self, kind: type[Answer]) -> list[Answer]:
        """Those of `answers` that are of this class."""
        return [message for message in self.answers if isinstance(message, kind)]


def signed(body: Mapping[str, Any], clock: ManualClock, secret: str = SIGNING_SECRET) -> SignedRequest:
    """An interaction as Slack sends and signs it."""
    return signed_text(urlencode({"payload": json.dumps(body)}), clock, secret)


def signed_text(text: str, clock: ManualClock, secret: str = SIGNING_SECRET) -> SignedRequest:
    """A request's body as Slack signs it."""
    timestamp = str(int(clock.wall().timestamp()))
    mac = hmac.new(secret.encode(), f"v0:{timestamp}:{text}".encode(), hashlib.sha256)
    return SignedRequest(text, timestamp, f"v0={mac.hexdigest()}")


def event(name: str) -> dict[str, Any]:
    """One of the events in tests/events."""
    found: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return found


def a_finding(control: str = "S3.8", *, status: str = "FAILED", minute: int = 0, **finding: Any) -> dict[str, Any]:
    """An imported Security Hub finding on the example bucket, as FAILED, or as the hub says PASSED."""
    document = deepcopy(event("securityhub_failed"))
    (found,) = document["detail"]["findings"]
    found["Id"] = found["Id"].replace("S3.8", control)
    found["GeneratorId"] = f"security-control/{control}"
    found["Compliance"] |= {"SecurityControlId": control, "Status": status}
    found["UpdatedAt"] = f"2026-09-22T09:{minute:02}:00.000Z"
    document["time"] = f"2026-09-22T09:{minute:02}:01Z"
    if status == "PASSED":
        found["Workflow"] = {"Status": "RESOLVED"}
        found["Severity"] = {"Label": "INFORMATIONAL", "Normalized": 0}
    found |= finding
    return document
