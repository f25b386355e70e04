"""What a reminder says, also of many cards and targets and of foreign names."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.finding import Severity
from bot.domain.policy import Approvers
from bot.domain.states import State
from bot.slack.pages.reminders import PendingQuestion, escalation, escalation_notice, reminder
from tests.slack.builders import AT, NOW, a_case, a_target, texts, yes
from tests.slack.limits import check_message

LINK = "https://acme.slack.com/archives/C0SECPROD/p1"
ONE, TWO = Approvers(groups=("S0SECENG",)), Approvers(groups=("S0SECENG",), required=2)


def many(number: int) -> list[PendingQuestion]:
    """So many cards, the last of them the worst, with a title and owner of somebody's making."""
    targets = [a_target()]
    made = [
        replace(a_case(targets, title=f"<!channel> {n}"), id=f"01CASE{n:02}", severity=Severity.LOW)
        for n in range(number)
    ]
    made[-1] = replace(made[-1], severity=Severity.CRITICAL)
    return [PendingQuestion(case, targets, TWO, NOW, AT) for case in made]


def test_pending_targets_of_a_card_are_counted() -> None:
    targets = [a_target(name=f"b{number}") for number in range(7)] + [a_target(State.DENIED, "other")]
    case = a_case(targets, mention="S0SECENG")
    message = reminder([PendingQuestion(case, targets, TWO, NOW, AT)], {case.id: LINK})
    check_message(message)
    assert message.text == ("⏰ *7 decisions wait.* Two of <!subteam^S0SECENG> may decide.  <!subteam^S0SECENG>")
    assert f"<{LINK}|" in texts(message)
    assert "> × 7 · account 111122223333" in texts(message)
    assert "other" not in texts(message)


def test_people_who_have_approved_are_named() -> None:
    targets = [yes(a_target(), "U0DANA")]
    message = reminder([PendingQuestion(a_case(targets), targets, TWO, NOW, AT)], {})
    assert "· <@U0DANA> has approved already" in texts(message)


def test_many_cards_become_one_message_worst_first() -> None:
    message = reminder(many(40), {})
    check_message(message)
    assert message.text.startswith("⏰ *40 decisions wait on 40 cards.* Two of <!subteam^S0SECENG> may decide.")
    assert texts(message).index("🔴") < texts(message).index("🔵")
    assert "and 25 more in the channel" in texts(message)
    assert "<!channel>" not in str(message.arguments)


def test_each_line_names_its_deciders_where_cards_differ() -> None:
    first, second = many(2)
    message = reminder([first, replace(second, approvers=ONE)], {})
    assert message.text.endswith("<!subteam^S0SECENG>: each line says who may decide.")
    assert texts(message).count("· Two of <!subteam^S0SECENG>") == 1
    assert texts(message).count("· One of <!subteam^S0SECENG>") == 1


def test_an_escalation_links_the_cards_and_mentions_once() -> None:
    targets = [a_target()]
    case = a_case(targets, title="<!channel> *x*")
    message = escalation([PendingQuestion(case, targets, TWO, NOW, AT)], {case.id: LINK}, "U0LEE")
    check_message(message)
    assert message.text == "⬆️ *Nobody has decided on 1 card.*  <@U0LEE>"
    said = texts(message)
    assert f"🔴 <{LINK}|&lt;!channel&gt; ∗x∗>" in said
    assert "account 111122223333" in said
    assert "Two of <!subteam^S0SECENG> may decide." in said


def test_the_cards_channel_is_notified_of_the_escalation_or_its_failure() -> None:
    told = escalation_notice(many(7), {"01CASE00": LINK}, "C0BOSSES")
    check_message(told)
    worst_first = f"&lt;!channel&gt; 6, <{LINK}|&lt;!channel&gt; 0>, "
    assert told.text.startswith(f"⬆️ Nobody has decided on {worst_first}")
    assert told.text.endswith("and 2 more, so <#C0BOSSES> has been told. Who may decide has not changed.")
    refused = escalation_notice(many(1), {}, "C0BOSSES", "<!here> no")
    assert refused.text.endswith("and <#C0BOSSES> could not be told: &lt;!here&gt; no.")
