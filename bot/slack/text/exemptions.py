"""Text about exemptions, for threads and lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Final

from bot.domain.exemption import Exemption, Scope
from bot.slack.cards.view import account_text, mention_of
from bot.slack.text.blocks import escape, local_date

_MOST: Final = 20


def ending_announcement(exemption: Exemption, now: datetime) -> str:
    """Announcement in the thread that an exemption ends soon."""
    ends = f"{_ends_when(exemption, now)}, {local_date(exemption.until)}: then it is asked again."
    return f"⏰ The exemption of *{_subject(exemption)}* {ends} {_reason(exemption)}"


def exemption_line(exemption: Exemption, now: datetime) -> str:
    """List entry of an exemption that ends soon or has ended."""
    end = (
        f"ended {local_date(exemption.ended)}"
        if exemption.ended
        else f"{_ends_when(exemption, now)}, {local_date(exemption.until)}"
    )
    return f"⏰ {end}: {_subject(exemption)} · {_reason(exemption)}"


def _ends_when(exemption: Exemption, now: datetime) -> str:
    left = (datetime.fromisoformat(exemption.until).date() - now.date()).days
    return f"ends {f'in {left} days' if left > 1 else 'tomorrow' if left == 1 else 'today'}"


def ended_announcement(exemption: Exemption) -> str:
    """Announcement in the thread that an exemption has ended."""
    return f"⏰ The exemption of *{_subject(exemption)}* is over: it is asked again. {_reason(exemption)}"


def exemption_list(found: Sequence[Exemption], where: str, names: Mapping[str, str]) -> str:
    """List the exemptions in force, soonest end first. `names` maps account ids to known names."""
    if not found:
        return f"Nothing is exempted {where}."
    lines = [
        f"• until {local_date(one.until)} · {_subject(one, names)} · {_reason(one)}{_allowed_by(one)}"
        for one in found[:_MOST]
    ]
    more = [f"and {len(found) - _MOST} more"] if len(found) > _MOST else []
    return "\n".join([f"*{len(found)} exemption{'s' * (len(found) != 1)} {where}*", *lines, *more])


def _subject(exemption: Exemption, names: Mapping[str, str] = MappingProxyType({})) -> str:
    controls = ", ".join(escape(one, 60) for one in exemption.controls[:5])
    account = account_text(exemption.account, names.get(exemption.account, ""))
    if exemption.scope is Scope.CONTROL:
        return f"everything that fails {controls} in {account}"
    return f"{escape(exemption.title, 100) or controls} in {account}, case `{escape(exemption.case_id, 40)}`"


def _reason(exemption: Exemption) -> str:
    return f"“{escape(exemption.reason, 200)}” ({mention_of(exemption.asked_by)})"


def _allowed_by(exemption: Exemption) -> str:
    return f" · allowed by {', '.join(map(mention_of, exemption.allowed_by))}" if exemption.allowed_by else ""
