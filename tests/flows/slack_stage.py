"""One card in a channel, and people who press its buttons: the Slack function from its Lambda event on."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from bot.adapters.clock import ManualClock
from bot.adapters.memory.queue import MemoryQueue, memory_queues
from bot.adapters.ulid import CountingIds
from bot.adapters.ungranted import UngrantedAccounts, UngrantedArchive, UngrantedBus, UngrantedHub, UngrantedQueue
from bot.domain.case import Case
from bot.domain.manifest import Manifest
from bot.domain.ports import Put
from bot.domain.target import CaseTarget
from bot.messages import Message, parse
from bot.slack.ids import ActionId, ButtonValue, CallbackId, Metadata
from bot.store import cases, items
from bot.world import World
from handlers import slack
from tests.builders_slack import (
    SECRET,
    Context,
    Json,
    command,
    form_of,
    home_opened,
    http_event,
    press,
    press_in_view,
    submission,
)
from tests.flows.stage import deliver
from tests.infra.recording import (
    RecordedPolicies,
    RecordedQueue,
    RecordedSecrets,
    RecordedSlack,
    RecordedTable,
)
from tests.slack.builders import NOW, a_case, a_target

POLICY = """
version: 1
teams: [T0ACME]
stage: {default: approve}
cards: {min_severity: LOW}
fallback_channel: C0SECFALL
routes:
  - {channel: C0SECPROD, approvers: {groups: [S0SECENG], required: 1}}
"""


class SlackStage:
    """A world in which one card is posted. Only what the Slack function may reach is there."""

    def __init__(self, *targets: CaseTarget, policy: str = POLICY, secrets: tuple[str, ...] = (SECRET,)) -> None:
        self.clock = ManualClock(NOW)
        self.table = RecordedTable()
        self.slack = RecordedSlack()
        queues = replace(
            memory_queues(self.clock, kind=RecordedQueue),
            cards=UngrantedQueue("slack", "cards"),
            runs=UngrantedQueue("slack", "runs"),
            proofs=UngrantedQueue("slack", "proofs"),
        )
        self.world = World(
            clock=self.clock,
            ids=CountingIds(),
            table=self.table,
            queues=queues,
            policies=RecordedPolicies(policy, "v1"),
            secrets=RecordedSecrets({"slack/signing-secret": secrets}),
            slack=self.slack,
            accounts=UngrantedAccounts("slack"),
            hub=UngrantedHub("slack"),
            bus=UngrantedBus("slack"),
            archive=UngrantedArchive("slack"),
            fallback_channel="C0SECFALL",
        )
        self._people()
        self.case, self.manifest = self._card(targets or (a_target(),))

    def _people(self) -> None:
        for user in ("U0DANA", "U0LEE"):
            self.slack.add_user(user, team_id="T0ACME")
        self.slack.add_user("U0GUEST", team_id="T0ACME", is_restricted=True)
        self.slack.add_user("U0SAM", team_id="T0GLOBEX")
        self.slack.groups["S0SECENG"] = ["U0DANA", "U0GUEST", "U0SAM"]

    def _card(self, targets: tuple[CaseTarget, ...]) -> tuple[Case, Manifest]:
        ts = self.slack.call("chat.postMessage", channel="C0SECPROD", text="the card")["ts"]
        case = a_case(targets, ts=ts)
        manifest = Manifest(case.id, "approve", tuple((target.target_id, target.proposal.digest) for target in targets))
        self.table.write([Put(items.case_item(case)), *(Put(items.target_item(target)) for target in targets)])
        cases.put_manifest(self.table, manifest)
        return case, manifest

    # ------------------------------------------------------------------ requests

    def send(self, event: Json) -> Json:
        """One request to the deployed function."""
        return slack.handler(event, Context(), self.world)

    def payload(self, payload: Json, **more: Any) -> Json:
        """One interaction."""
        return self.send(http_event(form_of(payload), self.clock.wall(), **more))

    def press(self, action: ActionId, user: str = "U0DANA", *, ts: str = "", team: str = "T0ACME") -> Json:
        """A press of a button of the card."""
        return self.payload(self.pressed(action, user, ts=ts, team=team))

    def pressed(self, action: ActionId, user: str = "U0DANA", *, ts: str = "", team: str = "T0ACME") -> Json:
        """The payload of a press."""
        value = ButtonValue(self.case.id, self.manifest.hash)
        return press(action, value, user, self.case.channel, ts or self.case.ts, team)

    def press_in_view(self, action: ActionId, user: str = "U0DANA", value: str = "") -> Json:
        """A press in the modal that is open."""
        return self.payload(press_in_view(action, value or ButtonValue(self.case.id).text, user, self.view))

    def submit(self, callback: CallbackId, user: str = "U0DANA", **meta: Any) -> Json:
        """A submission of a modal of the card."""
        reason = meta.pop("reason", "")
        about = Metadata(self.case.id, self.manifest.hash, self.case.channel, self.case.ts)
        view_id = max(self.slack.views, default="V0")
        return self.payload(submission(callback, replace(about, **meta), user, reason, view_id))

    def command(self, text: str, user: str = "U0DANA") -> Json:
        """`/cspm text`."""
        answered = self.send(http_event(urlencode(command(text, user)), self.clock.wall()))
        assert answered["statusCode"] == 200
        return answered

    def type(self, text: str, user: str = "U0DANA") -> str:
        """What `/cspm text` answers."""
        answered = self.command(text, user)
        said = json.loads(answered["body"])
        assert said["response_type"] == "ephemeral"
        return str(said["text"])

    def open_home(self, user: str = "U0DANA", tab: str = "home") -> Json:
        """The app_home_opened event."""
        body = json.dumps(home_opened(user, tab))
        return self.send(http_event(body, self.clock.wall(), kind="application/json"))

    def at(self, moment: datetime) -> None:
        """Set the clock."""
        self.clock.advance(seconds=(moment - self.clock.now()).total_seconds())

    # ------------------------------------------------------------------ what came of it

    def bodies(self, name: str) -> list[Json]:
        """What was sent to a queue."""
        queue: MemoryQueue = getattr(self.world.queues, name)
        return queue.bodies

    def sent(self, name: str) -> list[Message]:
        """The messages that were sent to a queue."""
        return [parse(body) for body in self.bodies(name)]

    @property
    def decisions(self) -> list[Json]:
        """The signed requests that were kept to be judged; those refused at once are kept for the record alone."""
        kept = [item for item in self.table.everything() if item["pk"].startswith("DECISION#")]
        return [item for item in kept if not item.get("refused")]

    @property
    def told(self) -> str:
        """The last thing that one person was told."""
        return str(self.slack.ephemeral[-1]["text"])

    @property
    def view(self) -> Json:
        """The modal that was opened last."""
        return self.slack.views[max(self.slack.views)]

    @property
    def shown(self) -> str:
        """All that this modal says."""
        return json.dumps(self.view["blocks"], ensure_ascii=False)

    def answer(self) -> None:
        """The cards function takes what waits in the answers queue."""
        queue: Any = self.world.queues.answers
        for message in queue.receive():
            deliver(message.body, self.world)
