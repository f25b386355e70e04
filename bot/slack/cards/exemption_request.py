"""An exemption request on the card."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.exemption import ExemptionRequest, Scope
from bot.domain.states import ANSWERABLE
from bot.domain.target import CaseTarget
from bot.slack.cards.view import CardView, account_text, deciders, mention_of, target_names
from bot.slack.ids import ActionId, ButtonValue
from bot.slack.text.blocks import Block, actions, button, confirmation, escape, local_date, section


def exemption_request_blocks(view: CardView) -> list[Block]:
    """Render the oldest pending exemption request, with its Allow and Refuse buttons."""
    targets = [target for target in view.in_state(*ANSWERABLE) if target.exemption_request.by]
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
    what = "" if len(view.targets) == 1 else f" {target_names(targets)}"
    everywhere = f" and everything else that fails it in {account_text(view.case.account, view.account_name)}"
    also = everywhere if request.scope is Scope.CONTROL else ""
    count = 1 + len(request.allowed)
    return [
        f"⚪ *{mention_of(request.by)} asks to exempt*{what}{also} until {local_date(request.until)}",
        f"“{escape(request.reason, 300)}”",
        f"{count} of {view.exempters.required} so far · {deciders(view.exempters)}, not {mention_of(request.by)} alone",
    ]
