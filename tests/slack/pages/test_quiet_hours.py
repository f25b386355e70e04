"""The summary after quiet hours: worst first, a way to each, however many, whatever they are called."""

from __future__ import annotations

from typing import Any

from bot.domain.finding import Severity
from bot.slack.ids import ActionId
from bot.slack.pages.quiet_hours import QuietSummaryLine, summary
from tests.slack.builders import a_case, texts
from tests.slack.limits import check_message

LINK = "https://acme.slack.com/archives/C0SECPROD/p1"


def a_summary_line(number: int = 0, permalink: str = LINK, **more: Any) -> QuietSummaryLine:
    severity = Severity.HIGH if number % 2 else Severity.CRITICAL
    case = {"id": f"01CASE{number}", "title": f"Problem {number}", "severity": severity, **more}
    return QuietSummaryLine(a_case(**case), permalink)


def test_the_worst_come_first_and_people_are_mentioned_once() -> None:
    message = summary(
        [
            a_summary_line(1, mention="S0SECENG"),
            a_summary_line(2, mention="S0SECENG"),
            a_summary_line(3, mention="@oncall"),
        ]
    )
    check_message(message)
    said = texts(message)
    assert said.index("Problem 2") < said.index("Problem 1") < said.index("Problem 3")
    assert message.text == "☕ *Quiet hours are over.* 3 cards came up meanwhile  <!subteam^S0SECENG> @oncall"
    assert sum(block.get("accessory", {}).get("action_id") == ActionId.REVIEW_CASE for block in message.blocks) == 3


def test_a_hundred_cases_fit_and_the_rest_is_counted() -> None:
    message = summary([a_summary_line(number, LINK + "0" * 200, title="x" * 300) for number in range(100)])
    check_message(message)
    assert "85 more stand in the channel" in texts(message)


def test_external_text_cannot_mention_anybody() -> None:
    said = texts(summary([a_summary_line(title="<!channel> *now*")]))
    assert "<!channel>" not in said
    assert "&lt;!channel&gt; ∗now∗" in said


def test_cases_without_a_card_are_counted_without_a_button() -> None:
    message = summary(
        [a_summary_line(), a_summary_line(1, ""), a_summary_line(2, "", closed_at="2026-09-22T09:00:00.000Z")]
    )
    check_message(message)
    assert "1 more came up and is over already · 1 more wait" in texts(message)
    assert len(message.blocks) == 2
