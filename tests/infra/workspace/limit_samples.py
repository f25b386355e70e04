"""For each kind of node in the table of limits, a message or view that has one."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from tests.infra.workspace.builders import (
    JSON,
    actions,
    button,
    confirm,
    modal,
    option,
    plain,
    section,
    select,
    text_input,
)

Path = tuple[str | int, ...]
CELL = {"type": "raw_text", "text": "x"}
POINT = {"label": "Mon", "value": 1}
SERIES = {"name": "score", "data": [POINT]}
CARD = {"type": "card", "title": plain("a"), "subtitle": plain("b"), "body": plain("c")}
IMAGE = {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a", "title": plain("t")}


def _boxes(kind: str, *options: JSON) -> JSON:
    return {"type": kind, "action_id": "a", "options": list(options)}


def _groups() -> JSON:
    group = {"label": plain("g"), "options": [option()]}
    return {"type": "static_select", "action_id": "pick", "option_groups": [group]}


def _input(**element: Any) -> JSON:
    return text_input(element={"type": "plain_text_input", "action_id": "text", **element})


def _chart(chart: JSON) -> JSON:
    return {"type": "data_visualization", "title": "Score", "chart": chart}


def lines() -> JSON:
    return _chart({"type": "line", "series": [deepcopy(SERIES)]})


def _container() -> JSON:
    return {"type": "container", "title": plain("t"), "subtitle": plain("s"), "child_blocks": [section()]}


def table(kind: str, rows: int, **more: Any) -> JSON:
    return {"type": kind, "rows": [[CELL] for _ in range(rows)], **more}


def _fields() -> JSON:
    return {"type": "section", "fields": [{"type": "mrkdwn", "text": "x"}]}


ELEMENT: Path = ("elements", 0)
# where of a rule → (a block, or a whole view, in which such a node is; the path to it)
SAMPLES: dict[str, tuple[JSON, Path]] = {
    "block": (section() | {"block_id": "b"}, ()),
    "element": (actions(button()), ELEMENT),
    "with placeholder": (actions(select(placeholder=plain("p"))), ELEMENT),
    "with confirm": (actions(button(confirm=confirm())), ELEMENT),
    "header": ({"type": "header", "text": plain("h")}, ()),
    "section with text": (section(), ()),
    "section with fields": (_fields(), ()),
    "section without fields": (section(), ()),
    "section field": (_fields(), ("fields", 0)),
    "context": ({"type": "context", "elements": [plain("x")]}, ()),
    "context text": ({"type": "context", "elements": [plain("x")]}, ELEMENT),
    "actions": (actions(button()), ()),
    "input": (text_input(), ()),
    "input with hint": (text_input(hint=plain("h")), ()),
    "image with url": (IMAGE, ()),
    "image without file": (IMAGE, ()),
    "image": (IMAGE, ()),
    "image with title": (IMAGE, ()),
    "markdown": ({"type": "markdown", "text": "x"}, ()),
    "rich_text": ({"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]}, ()),
    "table": (table("table", 1), ()),
    "table row": (table("table", 1), ("rows", 0)),
    "data_table": (table("data_table", 2, caption="c", page_size=5), ()),
    "data_table row": (table("data_table", 2, caption="c"), ("rows", 0)),
    "data_visualization": (lines(), ()),
    "pie chart": (_chart({"type": "pie", "segments": [POINT]}), ("chart",)),
    "chart with series": (lines(), ("chart",)),
    "chart series": (lines(), ("chart", "series", 0)),
    "chart point": (lines(), ("chart", "series", 0, "data", 0)),
    "container": (_container(), ()),
    "container with title": (_container(), ()),
    "container with subtitle": (_container(), ()),
    "card with title": (CARD, ()),
    "card with subtitle": (CARD, ()),
    "card with body": (CARD, ()),
    "carousel": ({"type": "carousel", "elements": [CARD]}, ()),
    "alert": ({"type": "alert", "text": plain("a")}, ()),
    "button": (actions(button()), ELEMENT),
    "select with options": (actions(select()), ELEMENT),
    "select with groups": (actions(_groups()), ELEMENT),
    "option group": (actions(_groups()), (*ELEMENT, "option_groups", 0)),
    "multi select": (actions(select(type="multi_static_select", max_selected_items=1)), ELEMENT),
    "checkboxes": (actions(_boxes("checkboxes", option())), ELEMENT),
    "radio_buttons": (actions(_boxes("radio_buttons", option())), ELEMENT),
    "overflow": (actions(_boxes("overflow", option("a"), option("b"))), ELEMENT),
    "option of a menu": (actions(select()), (*ELEMENT, "options", 0)),
    "option of a group of boxes": (actions(_boxes("checkboxes", option())), (*ELEMENT, "options", 0)),
    "option": (actions(select()), (*ELEMENT, "options", 0)),
    "option with description": (
        actions(select(options=[option() | {"description": plain("d")}])),
        (*ELEMENT, "options", 0),
    ),
    "plain_text_input": (_input(max_length=9, min_length=1), ("element",)),
    "number_input": (_input(type="number_input", is_decimal_allowed=False), ("element",)),
}
VIEWS: dict[str, JSON] = {
    "view": modal(private_metadata="m", external_id="e"),
    "modal": modal(),
    "modal with submit": modal(),
    "modal with close": modal(close=plain("Cancel")),
    "modal with input": modal(),
}
MESSAGES: dict[str, tuple[JSON, Path]] = {
    "message": ({"text": "t"}, ()),
    "attachment": ({"text": "t", "attachments": [{"blocks": [section()]}]}, ("attachments", 0)),
}
# What fills a list of so many items: the number of an item → the item.
ITEMS: dict[tuple[str, str], Callable[[int], Any]] = {
    ("message", "blocks"): lambda _: {"type": "divider"},
    ("message", "attachments"): lambda _: {"text": "a"},
    ("attachment", "blocks"): lambda _: {"type": "divider"},
    ("view", "blocks"): lambda _: {"type": "divider"},
    ("section with fields", "fields"): lambda _: {"type": "mrkdwn", "text": "x"},
    ("context", "elements"): lambda _: plain("x"),
    ("actions", "elements"): lambda number: button(f"a{number}"),
    ("rich_text", "elements"): lambda _: {"type": "x"},
    ("table", "rows"): lambda _: [CELL],
    ("data_table", "rows"): lambda _: [CELL],
    ("table row", "cells"): lambda _: CELL,
    ("data_table row", "cells"): lambda _: CELL,
    ("pie chart", "segments"): lambda _: POINT,
    ("chart with series", "series"): lambda _: SERIES,
    ("chart series", "data"): lambda _: POINT,
    ("container", "child_blocks"): lambda _: {"type": "divider"},
    ("carousel", "elements"): lambda _: CARD,
    ("select with groups", "option_groups"): lambda number: {"label": plain(f"{number}"), "options": [option()]},
}
NUMBERS = ("page_size", "max_selected_items", "max_length", "min_length")
