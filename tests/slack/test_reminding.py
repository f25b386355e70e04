"""What a reminder says, also of many targets and of foreign names."""

from __future__ import annotations

from bot.domain.policy import Approvers
from bot.domain.states import State
from bot.slack.reminding import Asked, escalation, not_escalated, reminder
from tests.slack.builders import AT, NOW, a_case, a_work, texts, yes
from tests.slack.limits import check_message

LINK = "https://acme.slack.com/archives/C0SECPROD/p1"
TWO = Approvers(groups=("S0SECENG",), required=2)


def test_many_that_wait_are_counted_and_what_is_decided_is_left_out() -> None:
    works = [a_work(name=f"b{number}") for number in range(7)] + [a_work(State.DENIED, "other")]
    said = reminder(Asked(a_case(works, mention="S0SECENG"), works, TWO, NOW, AT))
    assert said.startswith("⏰ <!subteam^S0SECENG> 7 decisions wait since <!date^")
    assert "`b4` and 2 more. Two of <!subteam^S0SECENG> may decide" in said
    assert "other" not in said


def test_who_has_approved_already_is_named() -> None:
    works = [yes(a_work(), "U0DANA")]
    assert "; <@U0DANA> has approved already." in reminder(Asked(a_case(works), works, TWO, NOW, AT))


def test_an_escalation_links_the_card_calls_once_and_escapes_what_is_foreign() -> None:
    works = [a_work()]
    message = escalation(Asked(a_case(works, title="<!channel> *x*"), works, TWO, NOW, AT), LINK, "U0LEE")
    check_message(message)
    assert message.text == "⬆️ *Nobody has decided:* 🔴 &lt;!channel&gt; ∗x∗  <@U0LEE>"
    said = texts(message)
    assert f"account 111122223333 · <{LINK}|card>" in said
    assert "Two of <!subteam^S0SECENG> may decide." in said


def test_why_a_channel_was_not_told_is_said() -> None:
    assert not_escalated("C0BOSSES", "<!here> no") == (
        "⚠️ Nobody has decided, and <#C0BOSSES> could not be told: &lt;!here&gt; no."
    )
