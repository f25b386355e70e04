"""The messages of the queues between the functions: one frozen model each, with the queue that it goes to.

Which function reads a queue, and which flow takes each message, is in `handlers`.
"""

from __future__ import annotations

from bot.messages.answers import (
    FillCaseDetails,
    FillFindingDetails,
    FillFindingList,
    FillRawFinding,
    FillReview,
    FillUndoPreview,
    Notify,
    PublishHome,
    SendAuditExport,
    SendDigest,
    SendTrend,
    ThreadReply,
    UndoConflict,
    UndoProblem,
)
from bot.messages.base import (
    Message,
    classes,
    parse,
    send,
    to_json,
)
from bot.messages.cards import (
    RenderChannel,
    SendReminders,
)
from bot.messages.plan import (
    CheckAccountAccess,
    FetchRawFinding,
    PlanTarget,
    PreviewUndo,
    ReassignFindings,
    RecheckFinding,
    ReconcileStep,
    RedrawCards,
    StartReconciliation,
)
from bot.messages.remediate import (
    ApproveAutomatically,
    ExecuteRun,
    ExemptionDue,
    JudgeDecision,
    UpdateSecurityHub,
    VerifyRun,
)

__all__ = [
    "ApproveAutomatically",
    "CheckAccountAccess",
    "ExecuteRun",
    "ExemptionDue",
    "FetchRawFinding",
    "FillCaseDetails",
    "FillFindingDetails",
    "FillFindingList",
    "FillRawFinding",
    "FillReview",
    "FillUndoPreview",
    "JudgeDecision",
    "Message",
    "Notify",
    "PlanTarget",
    "PreviewUndo",
    "PublishHome",
    "ReassignFindings",
    "RecheckFinding",
    "ReconcileStep",
    "RedrawCards",
    "RenderChannel",
    "SendAuditExport",
    "SendDigest",
    "SendReminders",
    "SendTrend",
    "StartReconciliation",
    "ThreadReply",
    "UndoConflict",
    "UndoProblem",
    "UpdateSecurityHub",
    "VerifyRun",
    "classes",
    "parse",
    "send",
    "to_json",
]
