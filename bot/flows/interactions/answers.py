"""What one person alone sees, once it has been read: modals that wait to be filled, notices, the Home tab."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from bot.domain.canonical import decode
from bot.domain.case import Case
from bot.domain.errors import BadInput, SlackRefused
from bot.domain.manifest import Manifest
from bot.domain.plan import Plan, SettingConflict
from bot.domain.target import CaseTarget
from bot.flows.cases.view import recipe_of, view_of
from bot.flows.interactions import audit_export, commands, finding_details, findings, posture
from bot.flows.interactions import home as gathered
from bot.flows.messaging.modals import fill
from bot.flows.policy.load import for_presentation
from bot.slack.cards.view import CardView, names
from bot.slack.ids import Metadata
from bot.slack.modals import base
from bot.slack.modals.review import approvable, page_of
from bot.store import cases
from bot.world import World

_NOT_THERE: Final = frozenset({"user_not_in_channel", "not_in_channel", "channel_not_found", "is_archived"})

RECORDED: Final = "✔ *Recorded.* Your approval of this page is being judged; the card shows what comes of it."


def handle(body: Mapping[str, Any], world: World) -> None:
    """One message of the answers queue. Raises BadInput for a kind that it does not know; Busy comes back."""
    answer = _ANSWERS.get(body["kind"])
    if answer is None:
        raise BadInput(f"the answers queue knows no message of kind {body['kind']!r}")
    answer(body, world)


def home(body: Mapping[str, Any], world: World) -> None:
    """Draw somebody's Home tab."""
    view = gathered.draw(body["user"], body.get("team", ""), commands.help_text(), world)
    world.slack.call("views.publish", user_id=body["user"], view=view)


def review(body: Mapping[str, Any], world: World) -> None:
    """Show a page of a case's targets; what can be approved there is stored as a manifest before it is shown."""
    loaded = _load(body, world)
    if loaded is None:
        return
    view, meta = loaded
    page = page_of(view, int(body.get("page", 0)))
    recorded = RECORDED if body.get("recorded") else ""
    manifest = "" if recorded else _put_page(view.case, approvable(view, page), world)
    shown = replace(meta, manifest=manifest, page=page.number)
    fill(body["view_id"], base.review(view, page, shown, recorded), world)


def _put_page(case: Case, targets: Sequence[CaseTarget], world: World) -> str:
    if not targets:
        return ""
    manifest = Manifest(case.id, "approve", tuple((target.target_id, target.proposal.digest) for target in targets))
    cases.put_manifest(world.table, manifest)
    return manifest.hash


def details(body: Mapping[str, Any], world: World) -> None:
    """Show what the card has no room for."""
    loaded = _load(body, world)
    if loaded is not None:
        fill(body["view_id"], base.details(*loaded), world)


def undo_view(body: Mapping[str, Any], world: World) -> None:
    """Show what an undo would change, as its manifest has it, and what cannot be undone, with the reason."""
    loaded = _load(body, world)
    if loaded is None:
        return
    view, meta = loaded
    targets = {target.target_id: target for target in view.targets}
    hash_ = str(body.get("manifest", ""))
    manifest = cases.load_manifest(world.table, view.case.id, hash_) if hash_ else None
    modal = base.undo_preview(
        replace(meta, manifest=hash_ if manifest else ""),
        _plans(manifest, targets),
        [_problem(one, targets) for one in body.get("problems", ())],
        recipe_of(view.case, view.targets),
    )
    fill(body["view_id"], modal, world)


def _plans(manifest: Manifest | None, targets: Mapping[str, CaseTarget]) -> list[tuple[str, Plan]]:
    if manifest is None:
        return []
    return [(_name(target_id, targets), Plan.from_text(manifest.plans[target_id])) for target_id, _ in manifest.rows]


def _problem(told: Mapping[str, Any], targets: Mapping[str, CaseTarget]) -> base.Problem:
    conflicts = tuple(_conflict(words) for words in told.get("clashes", ()))
    return base.Problem(_name(told["target_id"], targets), str(told.get("reason", "")), conflicts)


def _conflict(told: Sequence[Any]) -> SettingConflict:
    setting, before, after, now = told
    return SettingConflict(str(setting), decode(before), decode(after), decode(now))


def _name(target_id: str, targets: Mapping[str, CaseTarget]) -> str:
    return names([targets[target_id]]) if target_id in targets else "a target that has left this card"


def notice(body: Mapping[str, Any], world: World) -> None:
    """Tell one person: in the channel, for them alone, or directly where `direct` or the lack of a channel asks so."""
    user, channel, text = body["user"], body.get("channel", ""), body["text"]
    if channel and not body.get("direct"):
        try:
            world.slack.call("chat.postEphemeral", channel=channel, user=user, text=text)
        except SlackRefused as refused:
            if refused.error not in _NOT_THERE:
                raise
        else:
            return
    world.slack.call("chat.postMessage", channel=user, text=text)


def thread(body: Mapping[str, Any], world: World) -> None:
    """Say something under a card, where everybody in the channel sees that there is news."""
    about = {"channel": body["channel"], "thread_ts": body["ts"]}
    world.slack.call("chat.postMessage", **about, text=body["text"], reply_broadcast=True)


def _load(body: Mapping[str, Any], world: World) -> tuple[CardView, Metadata] | None:
    """The case as people see it now; a modal about a case that is not there says so."""
    case = cases.load_case(world.table, body["case"])
    if case is None:
        about = Metadata(body["case"])
        fill(body["view_id"], base.note("cspm-bot", "This case is not known here any more.", about), world)
        return None
    targets = cases.load_targets(world.table, case.id)
    view = view_of(case, targets, for_presentation(world), world)
    return view, Metadata(case.id, channel=case.channel, ts=case.ts)


_ANSWERS: Final[Mapping[str, Callable[[Mapping[str, Any], World], None]]] = {
    "about": finding_details.show,
    "audit": audit_export.send,
    "details": details,
    "digest": posture.answer,
    "findings": findings.show,
    "home": home,
    "notice": notice,
    "review": review,
    "sent": finding_details.show_sent,
    "thread": thread,
    "trend": posture.answer,
    "undo_view": undo_view,
}
