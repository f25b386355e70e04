"""The history of a case: the events of the audit record, and its lines."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class HistoryEvent(StrEnum):
    """The event of an audit entry. The values are archived: values may be added, but none may change."""

    TARGET_NEW = "target new"
    TARGET_RESOLVED = "target resolved"
    TARGET_EXEMPTED = "target exempted"
    PLANNED = "planned"
    NO_FIX = "no safe fix: guidance"
    UNREADABLE = "settings unreadable"
    KNOWN_BY_NAME = "known by its name"
    ASKED_AGAIN = "asked again"
    DECISION = "decision"
    APPROVE = "approve"
    AUTO = "auto"
    DENY = "deny"
    HAND_OVER = "hand over"
    EXEMPT = "exempt"
    EXEMPTION_ASKED = "exemption asked"
    EXEMPTION_ALLOWED = "exemption allowed"
    EXEMPTION_REFUSED = "exemption refused"
    EXEMPTION_ANNOUNCED = "exemption announced"
    EXEMPTION_ENDED = "exemption ended"
    WITHDRAWN = "approval taken back"
    APPROVAL_EXPIRED = "approval expired"
    LAPSED = "lapsed"
    SCHEDULED = "scheduled"
    RUN_STARTED = "run started"
    STALE = "stale"
    CANCELLED = "called off"
    RESOURCE_GONE = "gone"
    FIX_WRITTEN = "fix written"
    FIX_READ_BACK = "fix read back"
    FIX_PROVED = "fix proved"
    FIX_FAILED = "fix failed"
    FIX_ABANDONED = "fix dropped"
    NOT_CONFIRMED = "not confirmed"
    UNDO_PREVIEWED = "undo previewed"
    UNDO = "undo"
    UNDO_WRITTEN = "undo written"
    UNDO_READ_BACK = "undo read back"
    UNDO_PROVED = "undo proved"
    UNDO_FAILED = "undo failed"
    UNDO_CONFLICT = "undo conflict"
    UNDO_ABANDONED = "undo dropped"
    HUB_UPDATED = "security hub told"
    PAUSE = "pause"
    RESUME = "resume"
    AUTO_STOPPED = "automatic mode stopped"


@dataclass(frozen=True)
class HistoryLine:
    """A line of a case's history. `before` and `after` are states, `calls` the AWS calls of its run.

    `reference` is the change of the organisation's change management that an approval named.
    """

    at: str
    what: str
    who: str
    target: str = ""
    before: str = ""
    after: str = ""
    reason: str = ""
    reference: str = ""
    run: str = ""
    calls: tuple[str, ...] = ()
