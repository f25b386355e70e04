"""Whatever an app sends, the workspace answers in Slack's words or takes it; it never breaks."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from infra.local.workspace.checks import check_message, check_view
from infra.local.workspace.config import WorkspaceConfig
from infra.local.workspace.elements import initial_values, interactive_elements
from infra.local.workspace.errors import SlackError
from infra.local.workspace.limits import FIELDS, LIST_FIELDS, OBJECT_FIELDS
from infra.local.workspace.normalize import app_message, shaped_blocks
from tests.infra.workspace.builders import actions, button, modal, section, select, text_input

CONFIG = WorkspaceConfig("http://127.0.0.1:9/", "s")
NAMES = ("type", "text", "title", "label", "confirm", "value", "action_id", "alt_text")
KEYS = st.sampled_from(sorted({*LIST_FIELDS, *OBJECT_FIELDS, *NAMES}))
TYPES = st.sampled_from([*FIELDS, "container", "table", "carousel", "card", "data_visualization", "image", "alert"])
LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=3) | TYPES
ANYTHING = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=20
)
BLOCK = st.fixed_dictionaries({"type": TYPES}, optional=dict.fromkeys(("text", "elements", "element"), ANYTHING))


def _refusal(check: Callable[[dict[str, Any]], None], payload: dict[str, Any]) -> str:
    try:
        check(payload)
    except SlackError as problem:
        return problem.error
    return ""


@example([{"type": "card", "element": {"action_id": None}}])
@given(st.lists(BLOCK | ANYTHING, max_size=3))
def test_any_blocks_are_taken_or_refused_in_slacks_words(blocks: list[Any]) -> None:
    message = {"text": "t", "blocks": blocks}
    refusal = _refusal(check_message, message)
    assert refusal in ("", "invalid_blocks", "msg_blocks_too_long")
    if not refusal:
        initial_values(app_message(CONFIG, message))


@given(st.dictionaries(st.sampled_from(["type", "title", "blocks", "submit", "close"]), ANYTHING))
def test_any_view_is_taken_or_refused_in_slacks_words(view: dict[str, Any]) -> None:
    assert _refusal(check_view, view) in ("", "invalid_arguments")
    assert _refusal(check_view, view | {"type": "modal"}) in ("", "invalid_arguments")


@pytest.mark.parametrize(
    "blocks",
    [["text"], [None], [{"type": "actions", "elements": ["x"]}], [{"type": "section", "text": "no object"}]],
)
def test_blocks_that_are_no_objects_are_refused(blocks: Any) -> None:
    with pytest.raises(SlackError, match="invalid_blocks"):
        check_message({"text": "t", "blocks": blocks})


def test_what_an_app_names_keeps_its_name_and_the_rest_gets_one() -> None:
    named, nameless = shaped_blocks([section() | {"block_id": "mine"}, actions(button())])
    assert named["block_id"] == "mine"
    assert nameless["block_id"]
    assert nameless["elements"][0]["action_id"] == "approve"


def test_what_an_app_sent_is_not_changed_by_shaping_it() -> None:
    sent = [section()]
    shaped_blocks(sent)
    assert sent == [section()]


def test_elements_are_found_wherever_they_are() -> None:
    container = {"type": "container", "child_blocks": [actions(button("inside"))]}
    body = {
        "blocks": shaped_blocks([section() | {"accessory": button("beside")}, container]),
        "attachments": [{"id": 1, "blocks": shaped_blocks([actions(button("attached"))])}],
    }
    assert [(place.element["action_id"], place.attachment) for place in interactive_elements(body)] == [
        ("beside", 0),
        ("inside", 0),
        ("attached", 1),
    ]


def test_state_holds_initial_choices() -> None:
    chosen = {"text": {"type": "plain_text", "text": "A"}, "value": "a"}
    element = {"type": "plain_text_input", "action_id": "text", "initial_value": "before"}
    view = modal(text_input(element=element), actions(select(initial_option=chosen)) | {"block_id": "b"})
    assert initial_values(view) == {
        "reason": {"text": {"type": "plain_text_input", "value": "before"}},
        "b": {"pick": {"type": "static_select", "selected_option": chosen}},
    }
