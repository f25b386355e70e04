"""Walk of a message or view: every block, element and object, with the kinds under which `limits.py` has rules."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from infra.local.workspace.config import JSON

_SELECTS = ("static_select", "multi_static_select")
_BOXES = ("checkboxes", "radio_buttons")


@dataclass(frozen=True)
class Node:
    """A block, element, object or payload with the kinds of its rules and its JSON pointer."""

    value: JSON
    kinds: tuple[str, ...]
    pointer: str


def message_nodes(message: JSON) -> Iterator[Node]:
    """Yield every node of a message, including attachments."""
    yield Node(message, ("message",), "")
    yield from _blocks(message, "blocks", "")
    for attachment, pointer in _each(message, "attachments", ""):
        yield Node(attachment, ("attachment",), pointer)
        yield from _blocks(attachment, "blocks", pointer)


def view_nodes(view: JSON) -> Iterator[Node]:
    kinds = ["view", f"known {view['type']}"]
    if view["type"] == "modal":
        kinds += ["modal", *_having(view, "modal", "submit", "close")]
        if any(block.get("type") == "input" for block in view.get("blocks") or []):
            kinds.append("modal with input")
    yield Node(view, tuple(kinds), "/view")
    yield from _blocks(view, "blocks", "/view")


def _each(parent: JSON, field: str, pointer: str) -> Iterator[tuple[Any, str]]:
    """Yield the members of a list that may be absent or null, each with its pointer."""
    for index, member in enumerate(parent.get(field) or []):
        yield member, f"{pointer}/{field}/{index}"


def _blocks(parent: JSON, field: str, pointer: str) -> Iterator[Node]:
    for block, place in _each(parent, field, pointer):
        yield from _block(block, place)


def _block(block: JSON, pointer: str) -> Iterator[Node]:
    kind = str(block.get("type"))
    yield Node(block, ("block", f"block type {kind}", f"known {kind}", kind, *_block_kinds(kind, block)), pointer)
    children = _CHILDREN.get(kind)
    if children:
        yield from children(block, pointer)


def _block_kinds(kind: str, block: JSON) -> list[str]:
    kinds = _having(block, kind, "text", "fields", "title", "subtitle", "body", "hint")
    if kind == "section" and not block.get("fields"):
        kinds.append("section without fields")
    if kind == "image":
        kinds.append("image with url" if "image_url" in block else "image with file")
        kinds += [] if "slack_file" in block else ["image without file"]
    return kinds


def _having(node: JSON, kind: str, *fields: str) -> list[str]:
    return [f"{kind} with {field}" for field in fields if node.get(field) is not None]


def _section_children(block: JSON, pointer: str) -> Iterator[Node]:
    for field, place in _each(block, "fields", pointer):
        yield Node(field, ("section field", "text object"), place)
    if block.get("accessory"):
        yield from _element(block["accessory"], f"{pointer}/accessory", "accessory")


def _input_children(block: JSON, pointer: str) -> Iterator[Node]:
    if block.get("element"):
        yield from _element(block["element"], f"{pointer}/element", "input element")


def _actions_children(block: JSON, pointer: str) -> Iterator[Node]:
    yield from _elements(block, "elements", pointer)


def _context_children(block: JSON, pointer: str) -> Iterator[Node]:
    for element, place in _each(block, "elements", pointer):
        if element.get("type") == "image":
            yield Node(element, ("image", *_block_kinds("image", element)), place)
        else:
            yield Node(element, ("context text", "text object"), place)


def _card_children(block: JSON, pointer: str) -> Iterator[Node]:
    yield from _elements(block, "actions", pointer)


def _elements(block: JSON, field: str, pointer: str) -> Iterator[Node]:
    for element, place in _each(block, field, pointer):
        yield from _element(element, place, "action element")


def _carousel_children(block: JSON, pointer: str) -> Iterator[Node]:
    yield from _blocks(block, "elements", pointer)


def _container_children(block: JSON, pointer: str) -> Iterator[Node]:
    yield from _blocks(block, "child_blocks", pointer)


def _table_children(block: JSON, pointer: str) -> Iterator[Node]:
    for row, place in _each(block, "rows", pointer):
        yield Node({"cells": row}, (f"{block['type']} row",), place)


def _chart_children(block: JSON, pointer: str) -> Iterator[Node]:
    chart = block.get("chart") or {}
    place = f"{pointer}/chart"
    yield Node(chart, ("pie chart" if chart.get("type") == "pie" else "chart with series",), place)
    yield from _chart_points(chart, "segments", place)
    for series, inner in _each(chart, "series", place):
        yield Node(series, ("chart series",), inner)
        yield from _chart_points(series, "data", inner)


def _chart_points(parent: JSON, field: str, pointer: str) -> Iterator[Node]:
    for point, place in _each(parent, field, pointer):
        yield Node(point, ("chart point",), place)


_CHILDREN: dict[str, Callable[[JSON, str], Iterator[Node]]] = {
    "section": _section_children,
    "input": _input_children,
    "actions": _actions_children,
    "context": _context_children,
    "card": _card_children,
    "carousel": _carousel_children,
    "container": _container_children,
    "table": _table_children,
    "data_table": _table_children,
    "data_visualization": _chart_children,
}


def _element(element: JSON, pointer: str, place: str) -> Iterator[Node]:
    kind = str(element.get("type"))
    kinds = ["element", place, f"known {kind}", kind]
    kinds += [f"with {field}" for field in ("placeholder", "confirm") if element.get(field)]
    if kind in _SELECTS:
        kinds.append("select with groups" if element.get("option_groups") is not None else "select with options")
    if kind.startswith("multi_"):
        kinds.append("multi select")
    if kind == "image":
        kinds += _block_kinds("image", element)
    yield Node(element, tuple(kinds), pointer)
    yield from _options(element, kind, pointer)


def _options(element: JSON, kind: str, pointer: str) -> Iterator[Node]:
    for option, place in _each(element, "options", pointer):
        yield _option(option, kind, place)
    for group, place in _each(element, "option_groups", pointer):
        yield Node(group, ("option group",), place)
        yield from _options(group, kind, place)


def _option(option: JSON, kind: str, pointer: str) -> Node:
    group = "option of a group of boxes" if kind in _BOXES else "option of a menu"
    return Node(option, ("option", "known option", group, *_having(option, "option", "description")), pointer)
