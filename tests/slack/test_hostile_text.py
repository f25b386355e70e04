"""Text from outside cannot mention, link, format, hide or break out, wherever it stands and however long it is."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.finding import Finding, Severity, Status
from bot.domain.plan import Change, Effect, Evidence, Plan, Reversible, SettingConflict
from bot.domain.states import State
from bot.domain.target import CaseTarget
from bot.domain.target_record import FindingNote
from bot.slack.cards.card import Message, render
from bot.slack.cards.view import CardView, Recipe
from bot.slack.ids import ListPage, Metadata
from bot.slack.modals import base as modals
from bot.slack.modals import findings
from bot.slack.modals.findings import FindingRow, FindingsView
from bot.slack.modals.review import page_of
from bot.slack.text.blocks import code, escape
from tests.domain.builders import having
from tests.slack.builders import MANIFEST, NOW, a_case, a_target, a_view, strings
from tests.slack.limits import check_message, check_view

ATTACKS = (
    "<!channel>",
    "<!here|x>",
    "<@U0VICTIM>",
    "<#C0VICTIM>",
    "<https://evil.example|Approve>",
    "https://evil.example/approve",
    "`<!channel>`",
    "```",
    "*✅ Fixed*",
    ":white_check_mark:",
    "<!date^1^{date}^https://evil.example|now>",
    "\u202eevorppA",
    "\u2067שלום\u2069",
    "zero\u200bwidth\u200djoined\ufeff",
    "line\nbreak\r\n\ttab\x00\x1b[31m",
    "&lt;!channel&gt;",
    "family 👨\u200d👩\u200d👧\u200d👦 emoji 🎉",
    "\ud800",
    "𝕬" * 50,
)

OWN_TOKENS = re.compile(
    r"<(!date\^\d+\^\{date_short_pretty\}( \{time\})?\|[0-9: UTC-]+|!subteam\^S0\w+|@U0DANA|https://docs[^|<>]*\|[^<>]+)>"
)

hostile = st.lists(st.sampled_from(ATTACKS) | st.text(max_size=40), min_size=1, max_size=12).map("".join)


def poisoned(text: str, state: State) -> CaseTarget:
    """A target of which every part that comes from outside is this text."""
    text_in_plan = text.encode("utf-8", "replace").decode()
    base = a_target(state)
    where = replace(base.resource, id=text, region=text, type=text)
    plan = Plan(
        "X",
        1,
        replace(where, id=text_in_plan, region="r", type="t"),
        {},
        (Change(text_in_plan or "s", text_in_plan, [text_in_plan]),),
    )
    return having(
        base,
        resource=where,
        findings={"f": FindingNote(text, Status.OPEN, Severity.HIGH)},
        docs_url=f"https://docs.aws.amazon.com/{text}",
        plan_text=plan.text if base.proposal.plan_text else "",
        evidence=(Evidence(text, text), Evidence(text, text, known=False)),
        note="" if state is State.PROPOSED else text,
        reason=text,
        tags={"Name": text},
        by=text,
        conflicts=(SettingConflict(text, text_in_plan, text_in_plan, [text_in_plan]),),
        run_id="" if state is State.NEW else "01RUN",
        proved_at="2026-09-22T08:30:00Z",
        at="2026-09-22T08:30:00Z",
    )


def poisoned_view(text: str) -> CardView:
    targets = [poisoned(text, state) for state in State]
    recipe = Recipe(text, text, tuple(Effect), Reversible.PARTLY, text, steps=(text,) * 10, why_no_fix=text)
    case = a_case(targets, title=text, mention=text, account=text)
    return a_view(*targets, case=case, recipe=recipe, owner=text, account_name=text, expires_at=NOW + timedelta(1))


def harmless(value: object) -> None:
    """No angle bracket but the bot's own tokens, no backtick but in pairs, nothing that cannot be seen."""
    for text in strings(value):
        rest = OWN_TOKENS.sub("", text)
        assert "<" not in rest, rest
        assert ">" not in rest, rest
        assert "```" not in rest
        assert all(line.count("`") % 2 == 0 for line in rest.split("\n")), rest
        assert not re.search(r":white_check_mark:(?=[^`]*(`[^`]*`[^`]*)*$)", rest)
        hidden = [
            char for char in rest if unicodedata.category(char) in {"Cc", "Cf", "Cs"} and char not in "\n\u2068\u2069"
        ]
        assert not hidden, [hex(ord(one)) for one in hidden]


@given(hostile)
def test_external_text_is_escaped_on_a_card(text: str) -> None:
    message = render(poisoned_view(text), MANIFEST)
    check_message(message)
    harmless([{"text": message.text}, *message.blocks])


@given(hostile)
def test_external_text_is_escaped_in_a_modal(text: str) -> None:
    view, meta = poisoned_view(text), Metadata("01CASE", MANIFEST)
    plans = [(code(text), plan) for target in view.targets if (plan := target.proposal.plan)]
    value = text.encode("utf-8", "replace").decode()
    problems = [modals.UndoProblem(code(text), text, (SettingConflict(text, value, value, value),))]
    for modal in (
        *(modals.review(view, page_of(view, number), meta) for number in range(3)),
        modals.details(view, meta),
        modals.undo_preview(meta, plans, problems, view.recipe),
    ):
        check_view(modal)
        harmless(modal["blocks"])


def listed(text: str, number: int) -> FindingRow:
    """A row of the list of findings in which all that comes from outside is this text."""
    where = replace(a_target().resource, id=f"{text}{number}", region=text, account=text)
    finding = Finding(
        fid="a" * 26,
        resource=where,
        control=text,
        severity=list(Severity)[number % 5],
        sources={},
        title=text,
        docs_url=f"https://docs.aws.amazon.com/{text}",
        tags={"Name": text},
        account_name=text,
        no_card=text if number % 2 else "",
    )
    return (
        FindingRow(finding, text, a_case(account=text), a_target(), "https://docs.example/card")
        if number % 3
        else FindingRow(finding)
    )


@given(st.lists(hostile, min_size=20, max_size=20))
def test_twenty_findings_with_unusual_names_fit_on_one_page(names: list[str]) -> None:
    rows = [listed(name, number) for number, name in enumerate(names)]
    page = ListPage("critical", "0||||", "0||||", ("0||||",))
    view = findings.modal(FindingsView(names[0], rows, page, None, 5_000, 300_000, open_only=False))
    check_view(view)
    harmless(view["blocks"])


@pytest.mark.parametrize("attack", ATTACKS)
def test_five_thousand_hostile_characters_stay_within_the_limits(attack: str) -> None:
    text = (attack * 5000)[:5000]
    message = render(poisoned_view(text), MANIFEST)
    check_message(message)
    harmless([{"text": message.text}, *message.blocks])


def test_an_invisible_character_is_spelt_out() -> None:
    assert code("pay\u200bments") == "`pay‹U+200B›ments`"
    assert code("a\u202eb") == "`a‹U+202E›b`"
    assert code("pay\u00a0ments") == "`pay‹U+00A0›ments`"


def test_a_spelt_out_character_cannot_be_imitated() -> None:
    assert code("‹U+200B›") != code("\u200b")
    assert code("⏎") != code("\n")
    assert code("ˋ") != code("`")


def test_text_cannot_end_its_code_span() -> None:
    assert code("a` *bold* `b") == "`aˋ *bold* ˋb`"


def test_prose_cannot_format_or_show_an_emoji_by_name() -> None:
    assert escape("*bold* _it_ ~gone~ :tada: my_bucket_name") == "∗bold∗ ˍitˍ ∼gone∼ ꞉tada: my_bucket_name"


def test_right_to_left_text_cannot_swap_before_and_after() -> None:
    assert code("שלום") == "`\u2068שלום\u2069`"


def test_every_text_is_verbatim() -> None:
    message = render(a_view(a_target()), MANIFEST)
    for text in _mrkdwn(message):
        assert text["verbatim"] is True


def _mrkdwn(message: Message) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []

    def walk(value: object) -> None:
        if isinstance(value, dict):
            found.extend([value] if value.get("type") == "mrkdwn" else [])
            for member in value.values():
                walk(member)
        elif isinstance(value, list):
            for member in value:
                walk(member)

    walk(list(message.blocks))
    return found
