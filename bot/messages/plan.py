"""The messages of the plan queue: all that reads member accounts or Security Hub."""

from __future__ import annotations

from typing import ClassVar, Literal

from bot.messages.base import Message, QueueName


class _ToPlan(Message):
    queue: ClassVar[QueueName] = "plan"


class PlanTarget(_ToPlan):
    """Plan a target. `ask_again`: also where its question had ended."""

    kind: Literal["plan_target"] = "plan_target"
    case_id: str
    target_id: str
    ask_again: bool = False


class PreviewUndo(_ToPlan):
    """Plan the undo of a case's fixes (of some targets, or all) for the modal that waits for it."""

    kind: Literal["preview_undo"] = "preview_undo"
    case_id: str
    view_id: str
    user_id: str
    target_ids: tuple[str, ...] = ()


class RecheckFinding(_ToPlan):
    """Read a finding from Security Hub, where two updates of one source have the same time."""

    kind: Literal["recheck_finding"] = "recheck_finding"
    finding_id: str
    product_arn: str


class ReassignFindings(_ToPlan):
    """Assign findings without a card to cases: those stored with this `reason`, or all that `policy_version` concerns.

    `region` and `after` are where the walk through the accounts stands.
    """

    kind: Literal["reassign_findings"] = "reassign_findings"
    account_ids: tuple[str, ...]
    policy_version: str = ""
    reason: str = ""
    region: str = ""
    after: str = ""


class RedrawCards(_ToPlan):
    """Render the open cards of these accounts, and plan what a new policy approves automatically."""

    kind: Literal["redraw_cards"] = "redraw_cards"
    account_ids: tuple[str, ...]
    policy_version: str


class FetchRawFinding(_ToPlan):
    """Read a finding's documents from Security Hub; `subject` is an AboutValue as text."""

    kind: Literal["fetch_raw_finding"] = "fetch_raw_finding"
    subject: str
    view_id: str
    user_id: str


class StartReconciliation(_ToPlan):
    """Start a walk through Security Hub's findings, or continue one that is stuck."""

    kind: Literal["start_reconciliation"] = "start_reconciliation"
    scope: Literal["first", "weekly", "nightly"]


class ReconcileStep(_ToPlan):
    """Take this step of a reconciliation's walk."""

    kind: Literal["reconcile_step"] = "reconcile_step"
    walk_id: str
    step: int


class CheckAccountAccess(_ToPlan):
    """Assume the reader role of an account, for `cspm doctor`."""

    kind: Literal["check_account_access"] = "check_account_access"
    account_id: str
    partition: str = "aws"
