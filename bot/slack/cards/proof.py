"""Proof of a fix: the two reads that prove it, and the conditions under which a target counts as proved."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.case import CaseTarget
from bot.domain.states import State
from bot.slack.text.blocks import local_time


def fixed_by_bot(target: CaseTarget) -> bool:
    """Return whether one of the bot's runs fixed it, proved it, and was not undone."""
    return bool(target.run_id and target.proved_at and not target.undo_of)


def passed_before_read_back(target: CaseTarget) -> bool:
    """Return whether Security Hub reported PASSED before the bot read the settings back."""
    return bool(target.run_id and target.hub_at and not target.proved_at and not target.undo_of)


def is_proved(target: CaseTarget) -> bool:
    """Return whether the target is fixed and read back, which a green mark requires."""
    return target.state is State.FIXED or (target.state is State.RESOLVED and fixed_by_bot(target))


def read_back_text(targets: Sequence[CaseTarget]) -> str:
    at = [target.proved_at for target in targets if target.proved_at]
    return f"Settings read back: compliant {local_time(max(at)) if at else ''}".rstrip()


def security_hub_text(targets: Sequence[CaseTarget]) -> str:
    agreed = [target.hub_at for target in targets if target.hub_at]
    if len(agreed) == len(targets):
        return f"Security Hub: PASSED {local_time(max(agreed))}"
    if not agreed:
        return "Security Hub: waiting for its next check"
    return f"Security Hub: {len(agreed)} PASSED, {len(targets) - len(agreed)} waiting"
