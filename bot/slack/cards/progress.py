"""How far several approved changes are, as a bar on their card."""

from __future__ import annotations

from typing import Final

from bot.domain.states import State
from bot.slack.cards.view import CardView

_BAR: Final = 10
_COULD_NOT: Final = (State.FAILED, State.STALE)


def progress(view: CardView) -> str:
    """How far several approved changes are, while some are under way: `▰▰▰▱▱ 3 of 5 carried out`; else ''."""
    decided = [target for target in view.targets if target.attempt.run_id and target.state is not State.PROPOSED]
    left = view.those(State.APPROVED, State.APPLYING, State.VERIFYING, State.UNDOING)
    if len(decided) < 2 or not left:  # noqa: PLR2004 - one alone says where it is
        return ""
    ended = [target for target in decided if target not in left]
    could_not = len([target for target in ended if target.state in _COULD_NOT])
    filled = _BAR * len(ended) // len(decided)
    told = f"{len(ended) - could_not} of {len(decided)} carried out"
    return f"{'▰' * filled}{'▱' * (_BAR - filled)} {told}{f', {could_not} could not be' if could_not else ''}"
