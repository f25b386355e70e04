"""An exemption that somebody asks for, on the card: what, until when, why, and who may allow it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.exemption import Scope, Wish
from bot.domain.states import ANSWERABLE
from bot.domain.target import CaseTarget
from bot.slack.cards.view import CardView, account_words, deciders, names, who
from bot.slack.ids import ActionId, ButtonValue
from bot.slack.text.blocks import Block, actions, button, confirmation, day, escape, section


def wish_blocks(view: CardView) -> list[Block]:
    """The oldest exemption that waits for another person's yes, with its two buttons."""
    targets = [target for target in view.those(*ANSWERABLE) if target.wish.by]
    if not targets or not view.policy_readable:
        return []
    wish = min((target.wish for target in targets), key=lambda one: (one.at, one.id))
    asked = [target for target in targets if target.wish.id == wish.id]
    value = ButtonValue(view.case.id, wish.id).text
    allow = button(
        "Allow exemption",
        ActionId.ALLOW_EXEMPTION,
        value,
        confirm=confirmation("Allow this exemption?", f"Nothing is changed until {wish.until[:10]}.", "Allow"),
    )
    refuse = button("Refuse exemption", ActionId.REFUSE_EXEMPTION, value)
    return [section("\n".join(_lines(view, wish, asked))), *actions(allow, refuse)]


def _lines(view: CardView, wish: Wish, targets: Sequence[CaseTarget]) -> list[str]:
    what = "" if len(view.targets) == 1 else f" {names(targets)}"
    everywhere = f" and everything else that fails it in {account_words(view.case.account, view.account_name)}"
    also = everywhere if wish.scope is Scope.CONTROL else ""
    count = 1 + len(wish.allowed)
    return [
        f"⚪ *{who(wish.by)} asks to exempt*{what}{also} until {day(wish.until)}",
        f"“{escape(wish.reason, 300)}”",
        f"{count} of {view.exempters.required} so far · {deciders(view.exempters)}, not {who(wish.by)} alone",
    ]
