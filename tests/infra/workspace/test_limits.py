"""Every rule of the table at its edge: what is just allowed, and what is just refused."""

import json
from copy import deepcopy
from typing import Any

import pytest

from infra.local.workspace.checks import check_message, check_view
from infra.local.workspace.errors import SlackError
from infra.local.workspace.limits import LIMITS, Bucket, Limit, spend
from tests.infra.workspace.builders import JSON, actions, button, modal, option, section, text_input
from tests.infra.workspace.limit_samples import ITEMS, MESSAGES, NUMBERS, SAMPLES, VIEWS, Path, lines, table


def _filled(limit: Limit, size: int) -> Any:
    make = ITEMS.get((limit.where, limit.field))
    if make or limit.field == "options":
        build = make or (lambda number: option(f"v{number}"))
        return [build(number) for number in range(size)]
    return size if limit.field in NUMBERS else "x" * size


def _payload(limit: Limit, value: Any) -> tuple[JSON, bool]:
    """A payload in which the rule's field has this value (None: is missing), and whether it is a view."""
    whole, path, is_view = _sample(limit.where)
    whole = deepcopy(whole)
    node: Any = whole
    for key in path:
        node = node[key]
    *parents, last = limit.field.split(".")
    if limit.field == "cells":
        node[:] = value or []
        return whole, is_view
    for key in parents:
        node = node[key]
    node.pop(last, None)
    if value is not None:
        node[last] = value
    return whole, is_view


def _sample(where: str) -> tuple[JSON, Path, bool]:
    if where in VIEWS:
        return VIEWS[where], (), True
    if where in MESSAGES:
        return *MESSAGES[where], False
    block, path = SAMPLES[where]
    return {"text": "t", "blocks": [block]}, ("blocks", 0, *path), False


def refusal(payload: JSON, *, is_view: bool = False) -> str:
    """Slack's word and details for a payload; "" when it is taken."""
    try:
        check_view(payload) if is_view else check_message(payload)
    except SlackError as problem:
        return " ".join([problem.error, *problem.messages])
    return ""


def _refusal(limit: Limit, value: Any) -> str:
    payload, is_view = _payload(limit, value)
    return refusal(payload, is_view=is_view)


def _named(limit: Limit) -> str:
    return f"{limit.where}: {limit.field}"


def _with(**kind: bool) -> list[Any]:
    name = next(iter(kind))
    found = [limit for limit in LIMITS if getattr(limit, name) not in (None, False, ())]
    return [pytest.param(limit, id=_named(limit)) for limit in found]


@pytest.mark.parametrize("limit", [pytest.param(limit, id=_named(limit)) for limit in LIMITS])
def test_every_rule_names_its_source_and_its_example_is_taken(limit: Limit) -> None:
    assert limit.source
    whole, _, is_view = _sample(limit.where)
    assert refusal(whole, is_view=is_view) == ""


@pytest.mark.parametrize("limit", _with(most=True))
def test_as_much_as_slack_takes_is_taken(limit: Limit) -> None:
    assert limit.most is not None
    # A markdown block of full length is beyond the bytes that a message may have; that is another rule.
    assert _refusal(limit, _filled(limit, limit.most)) in ("", "msg_blocks_too_long")


@pytest.mark.parametrize("limit", _with(most=True))
def test_one_more_is_refused(limit: Limit) -> None:
    assert limit.most is not None
    assert f"{limit.field.replace('.', '/')}]" in _refusal(limit, _filled(limit, limit.most + 1))


@pytest.mark.parametrize("limit", [param for param in _with(least=True) if param.values[0].least])
def test_too_little_is_refused_and_just_enough_is_taken(limit: Limit) -> None:
    assert limit.least is not None
    assert _refusal(limit, _filled(limit, limit.least)) == ""
    assert f"{limit.field.replace('.', '/')}]" in _refusal(limit, _filled(limit, limit.least - 1))


@pytest.mark.parametrize("limit", _with(required=True))
def test_what_slack_needs_may_not_be_missing(limit: Limit) -> None:
    assert "invalid_" in _refusal(limit, None)


@pytest.mark.parametrize("limit", _with(one_of=True))
def test_only_the_values_that_slack_knows_are_taken(limit: Limit) -> None:
    assert [_refusal(limit, value) for value in limit.one_of] == [""] * len(limit.one_of)
    assert f"must be one of {', '.join(limit.one_of)}" in _refusal(limit, "bogus")


def test_mrkdwn_in_a_button_is_refused() -> None:
    wrong = actions(button() | {"text": {"type": "mrkdwn", "text": "*Approve*"}})
    assert refusal({"blocks": [wrong]}) == (
        "invalid_blocks [ERROR] must be one of plain_text [json-pointer:/blocks/0/elements/0/text/type]"
    )


def test_a_select_without_any_choice_is_refused() -> None:
    assert "missing required field" in refusal({"blocks": [actions({"type": "static_select", "action_id": "a"})]})


def test_a_message_needs_something_to_say() -> None:
    assert refusal({"text": "  "}) == "no_text"
    assert refusal({"blocks": [], "attachments": []}) == "no_text"


def test_two_blocks_of_one_name_are_refused_across_attachments_too() -> None:
    named = section() | {"block_id": "b"}
    message = {"text": "t", "blocks": [named], "attachments": [{"blocks": [named]}]}
    assert '`block_id` "b" already exists' in refusal(message)


def test_one_action_id_twice_in_a_block_is_refused_and_in_two_blocks_taken() -> None:
    assert '`action_id` "approve" already exists' in refusal({"blocks": [actions(button(), button())]})
    assert refusal({"blocks": [actions(button()), actions(button())]}) == ""


def test_fields_that_slack_does_not_know_are_refused() -> None:
    assert "invalid additional property: disabled" in refusal({"blocks": [actions(button(disabled=True))]})
    emoji = {"type": "section", "text": {"type": "mrkdwn", "text": "x", "emoji": True}}
    assert "invalid additional property: emoji" in refusal({"blocks": [emoji]})


def test_types_that_slack_does_not_know_are_refused() -> None:
    assert "unsupported type: sections" in refusal({"blocks": [{"type": "sections"}]})
    assert "unsupported type: plain_text_input" in refusal({"blocks": [actions({"type": "plain_text_input"})]})
    assert "unsupported type: button" in refusal(modal(text_input(element=button())), is_view=True)


def _message_of(size: int) -> JSON:
    blocks = [section("x" * 3000) for _ in range(4)]
    blocks[-1]["text"]["text"] = ""
    rest = size - len(json.dumps(blocks, separators=(",", ":")))
    blocks[-1]["text"]["text"] = "x" * rest
    return {"text": "t", "blocks": blocks}


def test_blocks_of_more_bytes_than_slack_takes_are_refused() -> None:
    assert refusal(_message_of(12_000)) == ""
    assert refusal(_message_of(12_001)) == "msg_blocks_too_long"


def test_markdown_counts_over_all_blocks_of_a_payload() -> None:
    half = {"type": "markdown", "text": "x" * 6000}
    assert refusal({"blocks": [half, half]}) == "msg_blocks_too_long"
    assert "12001 characters" in refusal({"blocks": [half, half, {"type": "markdown", "text": "x"}]})


def test_tables_count_over_all_cells_of_a_message() -> None:
    full = table("table", 2)
    full["rows"] = [[{"type": "raw_text", "text": "x" * 5000}], [{"type": "raw_text", "text": "x" * 5000}]]
    assert refusal({"blocks": [full]}) == ""
    assert "10001 characters" in refusal({"blocks": [full, table("table", 1)]})


def test_a_message_has_two_charts_at_most() -> None:
    assert refusal({"blocks": [lines(), lines()]}) == ""
    assert "no more than 2 data_visualization" in refusal({"blocks": [lines(), lines(), lines()]})


def test_a_view_has_a_size_too() -> None:
    assert refusal(modal(*[section("x" * 3000) for _ in range(90)]), is_view=True) == "view_too_large"
    assert "must be modal or home" in refusal({"type": "panel", "blocks": []}, is_view=True)


def test_an_allowance_is_spent_and_fills_again() -> None:
    bucket, wait = spend(None, 0.0, size=2, per_second=1.0)
    assert (bucket, wait) == (Bucket(1, 0.0), 0.0)
    bucket, wait = spend(bucket, 0.0, size=2, per_second=1.0)
    bucket, wait = spend(bucket, 0.0, size=2, per_second=1.0)
    assert wait == 1.0
    assert spend(bucket, 1.0, size=2, per_second=1.0)[1] == 0.0
    assert spend(bucket, 0.5, size=2, per_second=1.0)[1] == 0.5
