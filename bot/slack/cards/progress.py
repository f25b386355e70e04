"""Progress bar for the approved changes of a card."""

from __future__ import annotations

from typing import Final

from bot.domain.states import State
from bot.slack.cards.view import CardView

_BAR: Final = 10
_UNSUCCESSFUL: Final = (State.FAILED, State.STALE)


def progress(view: CardView) -> str:
    """Return `▰▰▰▱▱ 3 of 5 carried out` while several approved changes are in progress, else ''."""
    decided = [target for target in view.targets if target.attempt.run_id and target.state is not State.PROPOSED]
    left = view.in_state(State.APPROVED, State.APPLYING, State.VERIFYING, State.UNDOING)
    if len(decided) < 2 or not left:  # noqa: PLR2004 - one alone says where it is
        return ""
    ended = [target for target in decided if target not in left]
    unsuccessful = len([target for target in ended if target.state in _UNSUCCESSFUL])
    filled = _BAR * len(ended) // len(decided)
    text = f"{len(ended) - unsuccessful} of {len(decided)} carried out"
    return f"{'▰' * filled}{'▱' * (_BAR - filled)} {text}{f', {unsuccessful} could not be' if unsuccessful else ''}"
