"""Check of messages and views against the table in `limits.py`. Pure."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from infra.local.workspace import limits
from infra.local.workspace.config import JSON
from infra.local.workspace.errors import SlackError
from infra.local.workspace.nodes import Node, message_nodes, view_nodes

_MISSING = object()


def check_message(message: JSON) -> None:
    """Raise SlackError (invalid_blocks, msg_blocks_too_long, no_text …) for a message that Slack would refuse."""
    _check_content(message)
    _check_types(message, "", "invalid_blocks")
    nodes = list(message_nodes(message))
    problems = [*_problems(nodes), *_message_sums(nodes), *_text_problems(message.get("blocks"), "/blocks")]
    if problems:
        raise SlackError("invalid_blocks", tuple(problems))
    if _blocks_bytes(message) > limits.BLOCKS_BYTES:
        raise SlackError("msg_blocks_too_long")


def check_view(view: JSON) -> None:
    """Raise SlackError (invalid_arguments, view_too_large) for a view that Slack would refuse."""
    if view.get("type") not in ("modal", "home"):
        raise SlackError("invalid_arguments", (_with_pointer("must be modal or home", "/view/type"),))
    _check_types(view, "/view", "invalid_arguments")
    if len(json.dumps(view)) > limits.VIEW_BYTES:
        raise SlackError("view_too_large")
    problems = [*_problems(list(view_nodes(view))), *_text_problems(view, "/view")]
    if problems:
        raise SlackError("invalid_arguments", tuple(problems))


def _check_content(message: JSON) -> None:
    text = message.get("text") or ""
    if not (str(text).strip() or message.get("blocks") or message.get("attachments")):
        raise SlackError("no_text")
    for name in ("blocks", "attachments"):
        if not isinstance(message.get(name) or [], list):
            raise SlackError(f"invalid_{name}_format")


def _check_types(payload: JSON, pointer: str, error: str) -> None:
    """Check that lists are lists and objects are objects, which all other checks rely on."""
    problems = list(_shapes(payload, pointer))
    if problems:
        raise SlackError(error, tuple(problems))


def _shapes(value: JSON, pointer: str) -> Iterator[str]:
    for key, item in value.items():
        place = f"{pointer}/{key}"
        if key in limits.LIST_FIELDS:
            yield from _list_shapes(item, place, limits.LIST_FIELDS[key])
        elif key in limits.OBJECT_FIELDS and not isinstance(item, dict):
            yield _with_pointer("must be an object", place)
        elif isinstance(item, dict):
            yield from _shapes(item, place)


def _list_shapes(items: Any, pointer: str, kind: type) -> Iterator[str]:
    if items is None:
        return
    if not isinstance(items, list) or not all(isinstance(item, kind) for item in items):
        yield _with_pointer("must be a list of objects" if kind is dict else "must be a list of lists", pointer)
        return
    for index, item in enumerate(items if kind is dict else []):
        yield from _shapes(item, f"{pointer}/{index}")


def _blocks_bytes(message: JSON) -> int:
    inside = [attachment.get("blocks") or [] for attachment in message.get("attachments") or []]
    blocks = [message.get("blocks") or [], *inside]
    return sum(len(json.dumps(part, ensure_ascii=False, separators=(",", ":")).encode()) for part in blocks if part)


def _problems(nodes: list[Node]) -> list[str]:
    found = [problem for node in nodes for problem in (*_table_problems(node), *_shape_problems(node))]
    return [*found, *_repeated_blocks(nodes), *_repeated_actions(nodes), *_markdown_sum(nodes)]


def _table_problems(node: Node) -> Iterator[str]:
    for limit in limits.LIMITS:
        if limit.where in node.kinds:
            problem = _violation(limit, _lookup(node.value, limit.field))
            if problem:
                yield _with_pointer(problem, f"{node.pointer}/{limit.field.replace('.', '/')}")


def _lookup(value: Any, path: str) -> Any:
    for key in path.split("."):
        value = value.get(key, _MISSING) if isinstance(value, dict) else _MISSING
    return value


def _violation(limit: limits.Limit, value: Any) -> str:
    if value is _MISSING or value is None:
        return "missing required field" if limit.required else ""
    if limit.one_of:
        return "" if value in limit.one_of else f"must be one of {', '.join(limit.one_of)}"
    return _out_of_range(limit, value)


def _out_of_range(limit: limits.Limit, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | list | int):
        return ""
    size = value if isinstance(value, int) else len(value)
    if limit.most is not None and size > limit.most:
        return _above(limit.most, value)
    if limit.least is not None and size < limit.least:
        return _below(limit.least, value)
    return ""


def _above(most: int, value: Any) -> str:
    if isinstance(value, list):
        return f"no more than {most} items allowed"
    return f"must be less than {most + 1}{' characters' if isinstance(value, str) else ''}"


def _below(least: int, value: Any) -> str:
    if isinstance(value, list):
        return f"no less than {least} items allowed"
    return f"must be more than {least - 1}{' characters' if isinstance(value, str) else ''}"


def _shape_problems(node: Node) -> Iterator[str]:
    for kind, known in _TYPES.items():
        if kind in node.kinds and node.value.get("type") not in known:
            yield _with_pointer(f"unsupported type: {node.value.get('type')}", f"{node.pointer}/type")
    for kind in node.kinds:
        yield from _unknown_fields(node.value, kind, node.pointer)


_TYPES = {
    "block": limits.BLOCK_TYPES,
    "accessory": (*limits.ACTION_ELEMENTS, "image"),
    "action element": limits.ACTION_ELEMENTS,
    "input element": limits.INPUT_ELEMENTS,
}


def _unknown_fields(value: JSON, kind: str, pointer: str) -> Iterator[str]:
    known = limits.FIELDS.get(kind.removeprefix("known "), ()) if kind.startswith("known ") else ()
    for key in value if known else ():
        if key not in known:
            yield _with_pointer(f"invalid additional property: {key}", pointer)


def _text_problems(value: Any, pointer: str) -> Iterator[str]:
    for text in text_objects(value):
        yield from _unknown_fields(text, f"known {text['type']}", pointer)


def _repeated_blocks(nodes: list[Node]) -> Iterator[str]:
    seen: set[str] = set()
    for node in nodes:
        name = node.value.get("block_id") if "block" in node.kinds else None
        if name and name in seen:
            yield _with_pointer(f'`block_id` "{name}" already exists for another block', f"{node.pointer}/block_id")
        seen.update([name] if name else [])


def _repeated_actions(nodes: list[Node]) -> Iterator[str]:
    seen: set[tuple[str, str]] = set()
    for node in nodes:
        name = node.value.get("action_id") if "element" in node.kinds else None
        key = (_block_pointer(node.pointer), str(name))
        if name and key in seen:
            yield _with_pointer(f'`action_id` "{name}" already exists for another element', f"{node.pointer}/action_id")
        seen.update([key] if name else [])


def _block_pointer(pointer: str) -> str:
    for end in ("/elements/", "/accessory", "/element", "/actions/"):
        if end in pointer:
            return pointer.rsplit(end, 1)[0]
    return pointer


def _markdown_sum(nodes: list[Node]) -> Iterator[str]:
    total = sum(len(str(node.value.get("text", ""))) for node in nodes if "markdown" in node.kinds)
    if total > limits.MARKDOWN_CHARACTERS:
        yield _with_pointer(
            f"markdown of all blocks must be less than {limits.MARKDOWN_CHARACTERS + 1} characters", "/blocks"
        )


def _message_sums(nodes: list[Node]) -> Iterator[str]:
    charts = sum("data_visualization" in node.kinds for node in nodes)
    if charts > limits.CHARTS_PER_MESSAGE:
        yield _with_pointer(f"no more than {limits.CHARTS_PER_MESSAGE} data_visualization blocks allowed", "/blocks")
    tables = [node.value for node in nodes if {"table", "data_table"} & set(node.kinds)]
    if sum(_characters(table.get("rows")) for table in tables) > limits.TABLE_CHARACTERS:
        yield _with_pointer(f"tables must be less than {limits.TABLE_CHARACTERS + 1} characters", "/blocks")


def _characters(value: Any) -> int:
    if isinstance(value, dict):
        own = value.get("text")
        return len(own) if isinstance(own, str) else sum(_characters(item) for item in value.values())
    return sum(_characters(item) for item in value) if isinstance(value, list) else 0


def _with_pointer(problem: str, pointer: str) -> str:
    return f"[ERROR] {problem} [json-pointer:{pointer}]"


def text_objects(value: Any) -> Iterable[JSON]:
    """Yield every text object of a payload."""
    if isinstance(value, dict):
        if value.get("type") in limits.EITHER and isinstance(value.get("text"), str):
            yield value
        for item in value.values():
            yield from text_objects(item)
    elif isinstance(value, list):
        for item in value:
            yield from text_objects(item)
