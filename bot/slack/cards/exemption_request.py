"""An exemption that somebody asks for, on the card: what, until when, why, and who may allow it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.exemption import ExemptionRequest, Scope
from bot.domain.states import ANSWERABLE
from bot.domain.target import CaseTarget
from bot.slack.cards.view import CardView, account_words, deciders, names, who
from bot.slack.ids import ActionId, ButtonValue
from bot.slack.text.blocks import Block, actions, button, confirmation, day, escape, section


def request_blocks(view: CardView) -> list[Block]:
    """The oldest exemption that waits for another person's yes, with its two buttons."""
    targets = [target for target in view.those(*ANSWERABLE) if target.exemption_request.by]
    if not targets or not view.policy_readable:
        return []
    request = min((target.exemption_request for target in targets), key=lambda one: (one.at, one.id))
    asked = [target for target in targets if target.exemption_request.id == request.id]
    value = ButtonValue(view.case.id, request.id).text
    allow = button(
        "Allow exemption",
        ActionId.ALLOW_EXEMPTION,
        value,
        confirm=confirmation("Allow this exemption?", f"Nothing is changed until {request.until[:10]}.", "Allow"),
    )
    refuse = button("Refuse exemption", ActionId.REFUSE_EXEMPTION, value)
    return [section("\n".join(_lines(view, request, asked))), *actions(allow, refuse)]


def _lines(view: CardView, request: ExemptionRequest, targets: Sequence[CaseTarget]) -> list[str]:
    what = "" if len(view.targets) == 1 else f" {names(targets)}"
    everywhere = f" and everything else that fails it in {account_words(view.case.account, view.account_name)}"
    also = everywhere if request.scope is Scope.CONTROL else ""
    count = 1 + len(request.allowed)
    return [
        f"⚪ *{who(request.by)} asks to exempt*{what}{also} until {day(request.until)}",
        f"“{escape(request.reason, 300)}”",
        f"{count} of {view.exempters.required} so far · {deciders(view.exempters)}, not {who(request.by)} alone",
    ]
