"""The messages of the answers queue: what one person sees, or a thread."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import JsonValue

from bot.messages.base import Message, MessageModel, QueueName


class _ToAnswers(Message):
    queue: ClassVar[QueueName] = "answers"


class FillReview(_ToAnswers):
    """Fill a review modal with a page of a case. `recorded`: this page's approval has been submitted."""

    kind: Literal["fill_review"] = "fill_review"
    case_id: str
    view_id: str
    page: int = 0
    recorded: bool = False


class FillCaseDetails(_ToAnswers):
    """Fill a details modal of a case."""

    kind: Literal["fill_case_details"] = "fill_case_details"
    case_id: str
    view_id: str


class UndoConflict(MessageModel):
    """A setting that was changed since the fix, with three values as `bot.domain.canonical` encodes them."""

    setting: str
    before: JsonValue
    after: JsonValue
    now: JsonValue


class UndoProblem(MessageModel):
    """The reason why a target cannot be undone, or its conflicts."""

    target_id: str
    reason: str = ""
    conflicts: tuple[UndoConflict, ...] = ()


class FillUndoPreview(_ToAnswers):
    """Fill an undo modal: the manifest of what can be undone ('' for nothing), and what cannot."""

    kind: Literal["fill_undo_preview"] = "fill_undo_preview"
    case_id: str
    view_id: str
    manifest: str = ""
    problems: tuple[UndoProblem, ...] = ()


class FillFindingDetails(_ToAnswers):
    """Fill the details modal of a finding or target; `subject` is an AboutValue as text."""

    kind: Literal["fill_finding_details"] = "fill_finding_details"
    subject: str
    view_id: str


class FillRawFinding(_ToAnswers):
    """Fill a modal with a finding's documents, and the note that says where they are from."""

    kind: Literal["fill_raw_finding"] = "fill_raw_finding"
    subject: str
    view_id: str
    user_id: str
    text: str
    note: str


class FillFindingList(_ToAnswers):
    """Fill the list of findings; `page` is a ListPage as text."""

    kind: Literal["fill_finding_list"] = "fill_finding_list"
    view_id: str
    page: str


class PublishHome(_ToAnswers):
    """Draw a person's Home tab."""

    kind: Literal["publish_home"] = "publish_home"
    user_id: str
    team_id: str = ""


class SendDigest(_ToAnswers):
    """Send one person the digest of a channel as it would be now."""

    kind: Literal["send_digest"] = "send_digest"
    user_id: str
    channel_id: str = ""


class SendTrend(_ToAnswers):
    """Send one person the chart of a trend; `words` are those typed after `/cspm trend`."""

    kind: Literal["send_trend"] = "send_trend"
    user_id: str
    words: tuple[str, ...] = ()


class SendAuditExport(_ToAnswers):
    """Send one person the audit record of some days, of one account or of all ('')."""

    kind: Literal["send_audit_export"] = "send_audit_export"
    user_id: str
    days: int
    account_id: str = ""


class Notify(_ToAnswers):
    """Send a text to one person: in a channel, visible to them alone, or as a direct message."""

    kind: Literal["notify"] = "notify"
    user_id: str
    text: str
    channel_id: str = ""
    direct: bool = False


class ThreadReply(_ToAnswers):
    """Reply to a message, shown in the channel as well."""

    kind: Literal["thread_reply"] = "thread_reply"
    channel_id: str
    thread_ts: str
    text: str
