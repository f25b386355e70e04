"""Write to Slack: cards, modals, Home, and messages to one person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from bot import messages
from bot.flows.cards import reminder_digest, render
from bot.flows.interactions import answers, audit_export, finding_details, findings, posture
from bot.runtime.dispatch import Flows, handle_batch
from bot.world import World

FLOWS: Final[Flows] = {
    messages.RenderChannel: render.render_channel,
    messages.SendReminders: reminder_digest.send_reminders,
    messages.FillReview: answers.fill_review,
    messages.FillCaseDetails: answers.fill_details,
    messages.FillUndoPreview: answers.fill_undo_preview,
    messages.FillFindingDetails: finding_details.fill_details,
    messages.FillRawFinding: finding_details.fill_raw_finding,
    messages.FillFindingList: findings.fill_list,
    messages.PublishHome: answers.publish_home,
    messages.SendDigest: posture.send_digest,
    messages.SendTrend: posture.send_trend,
    messages.SendAuditExport: audit_export.send_export,
    messages.Notify: answers.notify,
    messages.ThreadReply: answers.reply,
}


def handler(event: Mapping[str, Any], _context: object, world: World | None = None) -> dict[str, Any]:
    """Handle a batch of messages; equal render requests in it are handled once."""
    return handle_batch("cards", event, FLOWS, world, once=(messages.RenderChannel, messages.SendReminders))
