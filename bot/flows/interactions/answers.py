"""Show one person what takes longer than an acknowledgement: modals that wait to be filled, notifications, Home."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from bot.domain.canonical import decode
from bot.domain.case import Case
from bot.domain.manifest import Manifest
from bot.domain.plan import Plan, SettingConflict
from bot.domain.target import CaseTarget
from bot.flows.cases.view import recipe_of, view_of
from bot.flows.interactions import commands, home
from bot.flows.messaging.modals import fill
from bot.flows.messaging.private import send_privately
from bot.flows.policy.load import for_presentation
from bot.messages import (
    FillCaseDetails,
    FillReview,
    FillUndoPreview,
    Notify,
    PublishHome,
    ThreadReply,
    UndoConflict,
    UndoProblem,
)
from bot.slack.cards.view import CardView, target_names
from bot.slack.ids import Metadata
from bot.slack.modals import base
from bot.slack.modals.review import approvable, page_of
from bot.store import cases
from bot.world import World

RECORDED: Final = "✔ *Recorded.* Your approval of this page is being judged; the card shows what comes of it."


def publish_home(message: PublishHome, world: World) -> None:
    view = home.home_view(message.user_id, message.team_id, commands.help_text(), world)
    world.slack.call("views.publish", user_id=message.user_id, view=view)


def fill_review(message: FillReview, world: World) -> None:
    """Fill a page of Review. What can be approved on it is stored as a manifest first."""
    loaded = _load(message, world)
    if loaded is None:
        return
    view, meta = loaded
    page = page_of(view, message.page)
    recorded = RECORDED if message.recorded else ""
    manifest = "" if recorded else _put_page(view.case, approvable(view, page), world)
    shown = replace(meta, manifest=manifest, page=page.number)
    fill(message.view_id, base.review(view, page, shown, recorded), world)


def _put_page(case: Case, targets: Sequence[CaseTarget], world: World) -> str:
    if not targets:
        return ""
    manifest = Manifest(case.id, "approve", tuple((target.target_id, target.proposal.digest) for target in targets))
    cases.put_manifest(world.table, manifest)
    return manifest.hash


def fill_details(message: FillCaseDetails, world: World) -> None:
    """Fill the details modal of a case."""
    loaded = _load(message, world)
    if loaded is not None:
        fill(message.view_id, base.details(*loaded), world)


def fill_undo_preview(message: FillUndoPreview, world: World) -> None:
    """Fill the undo modal with the plan in its manifest, and with what cannot be undone and why."""
    loaded = _load(message, world)
    if loaded is None:
        return
    view, meta = loaded
    targets = {target.target_id: target for target in view.targets}
    manifest = cases.load_manifest(world.table, view.case.id, message.manifest) if message.manifest else None
    modal = base.undo_preview(
        replace(meta, manifest=message.manifest if manifest else ""),
        _plans(manifest, targets),
        [_problem(one, targets) for one in message.problems],
        recipe_of(view.case, view.targets),
    )
    fill(message.view_id, modal, world)


def _plans(manifest: Manifest | None, targets: Mapping[str, CaseTarget]) -> list[tuple[str, Plan]]:
    if manifest is None:
        return []
    return [(_name(target_id, targets), Plan.from_text(manifest.plans[target_id])) for target_id, _ in manifest.rows]


def _problem(problem: UndoProblem, targets: Mapping[str, CaseTarget]) -> base.UndoProblem:
    conflicts = tuple(map(_conflict, problem.conflicts))
    return base.UndoProblem(_name(problem.target_id, targets), problem.reason, conflicts)


def _conflict(conflict: UndoConflict) -> SettingConflict:
    return SettingConflict(conflict.setting, decode(conflict.before), decode(conflict.after), decode(conflict.now))


def _name(target_id: str, targets: Mapping[str, CaseTarget]) -> str:
    return target_names([targets[target_id]]) if target_id in targets else "a target that has left this card"


def notify(message: Notify, world: World) -> None:
    """Notify one person: in the channel, or directly where `direct` or the lack of a channel asks for it."""
    channel = "" if message.direct else message.channel_id
    send_privately(message.user_id, channel, {"text": message.text}, world)


def reply(message: ThreadReply, world: World) -> None:
    """Reply under a card, where everybody in the channel sees that there is news."""
    thread = {"channel": message.channel_id, "thread_ts": message.thread_ts}
    world.slack.call("chat.postMessage", **thread, text=message.text, reply_broadcast=True)


def _load(message: FillReview | FillCaseDetails | FillUndoPreview, world: World) -> tuple[CardView, Metadata] | None:
    """Return the case as people see it now; fill the modal of an unknown case with a note."""
    case = cases.load_case(world.table, message.case_id)
    if case is None:
        about = Metadata(message.case_id)
        fill(message.view_id, base.note("cspm-bot", "This case is not known here any more.", about), world)
        return None
    targets = cases.load_targets(world.table, case.id)
    view = view_of(case, targets, for_presentation(world), world)
    return view, Metadata(case.id, channel=case.channel, ts=case.ts)
