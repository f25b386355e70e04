"""Proof of a fix: the two reads that prove it, and the conditions under which a target counts as proved."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.states import State
from bot.domain.target import CaseTarget
from bot.slack.text.blocks import local_time


def is_proved(target: CaseTarget) -> bool:
    """Return whether the target is fixed and read back, which a green mark requires."""
    return target.state is State.FIXED or (target.state is State.RESOLVED and target.attempt.is_proved_fix)


def read_back_text(targets: Sequence[CaseTarget]) -> str:
    at = [target.attempt.proved_at for target in targets if target.attempt.proved_at]
    return f"Settings read back: compliant {local_time(max(at)) if at else ''}".rstrip()


def security_hub_text(targets: Sequence[CaseTarget]) -> str:
    agreed = [target.attempt.confirmed_at for target in targets if target.attempt.confirmed_at]
    if len(agreed) == len(targets):
        return f"Security Hub: PASSED {local_time(max(agreed))}"
    if not agreed:
        return "Security Hub: waiting for its next check"
    return f"Security Hub: {len(agreed)} PASSED, {len(targets) - len(agreed)} waiting"
