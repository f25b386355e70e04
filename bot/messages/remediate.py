"""The messages of the queues for decisions, runs and proofs: all that the remediate function does."""

from __future__ import annotations

from typing import ClassVar, Literal

from bot.messages.base import Message, QueueName


class _ToDecisions(Message):
    queue: ClassVar[QueueName] = "decisions"


class JudgeDecision(_ToDecisions):
    """Judge a signed request that is stored with a case."""

    kind: Literal["judge_decision"] = "judge_decision"
    group_by: ClassVar[str] = "case_id"
    case_id: str
    decision_id: str


class UpdateSecurityHub(_ToDecisions):
    """Update Security Hub with a target's state. `lift_suppression`: an exemption's suppression ends, too."""

    kind: Literal["update_security_hub"] = "update_security_hub"
    group_by: ClassVar[str] = "case_id"
    case_id: str
    target_id: str
    lift_suppression: bool = False


class ApproveAutomatically(_ToDecisions):
    """Approve a target's plan if the policy allows it without people."""

    kind: Literal["approve_automatically"] = "approve_automatically"
    group_by: ClassVar[str] = "case_id"
    case_id: str
    target_id: str


class ExemptionDue(_ToDecisions):
    """Announce or end an exemption whose time has come."""

    kind: Literal["exemption_due"] = "exemption_due"
    group_by: ClassVar[str] = "exemption_id"
    account_id: str
    exemption_id: str


class _ToRuns(Message):
    queue: ClassVar[QueueName] = "runs"


class ExecuteRun(_ToRuns):
    """Carry out an approved run, in the account that it changes."""

    kind: Literal["execute_run"] = "execute_run"
    group_by: ClassVar[str] = "account_id"
    run_id: str
    account_id: str


class _ToProofs(Message):
    queue: ClassVar[QueueName] = "proofs"


class VerifyRun(_ToProofs):
    """Read back the settings that a run has written; `attempt` counts from 0."""

    kind: Literal["verify_run"] = "verify_run"
    run_id: str
    attempt: int = 0
