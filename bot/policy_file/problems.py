"""Translation of pydantic's errors to sentences with the line and a correction."""

from __future__ import annotations

import reprlib
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.policy_file.model import PolicyFile
from bot.policy_file.yaml_tree import Path, Tree


@cache
def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a policy file."""
    generated = _closed(PolicyFile.model_json_schema(by_alias=True))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **generated}


def _closed(part: Any) -> Any:
    """Forbid additional properties beside pattern properties: pydantic leaves them open."""
    if isinstance(part, list):
        return [_closed(member) for member in part]
    if not isinstance(part, dict):
        return part
    closed = {key: _closed(member) for key, member in part.items()}
    return closed | {"additionalProperties": False} if "patternProperties" in closed else closed


def report(error: ValidationError, tree: Tree) -> None:
    """Report every problem of the error in the tree, at its path."""
    for detail in error.errors():
        path = tuple(part for part in detail["loc"] if part != "[key]")
        tree.report(path, _sentence(detail, path))


def _sentence(detail: ErrorDetails, path: Path) -> str:
    given = detail["input"]
    match detail["type"]:
        case "extra_forbidden":
            return "unknown key" + _suggestion(path)
        case "missing":
            return "missing"
        case "value_error":
            return str(detail["ctx"]["error"])
        case "string_type" if isinstance(given, int):
            return f"{str(given).lower()} must be in quotes: this is text, not {_reading(given)}"
    if given is None:
        return "nothing is given"
    return f"{detail['msg'][0].lower()}{detail['msg'][1:]}, not {reprlib.repr(given)}"


def _reading(given: int) -> str:
    return "true or false" if isinstance(given, bool) else "a number"


def _suggestion(path: Path) -> str:
    known = list(_known_keys(path[:-1]))
    near = get_close_matches(str(path[-1]), known, 1)
    if near:
        return f"; did you mean {near[0]}?"
    return f"; known here: {', '.join(known)}" if known else ""


def _known_keys(path: Path) -> Mapping[str, Any]:
    """Return the schema's keys at this path."""
    here: dict[str, Any] = schema()
    for part in path:
        inner = here.get("items") if isinstance(part, int) else here.get("properties", {}).get(part)
        here = _resolved(inner or _any_member(here))
    found: Mapping[str, Any] = here.get("properties", {})
    return found


def _any_member(here: Mapping[str, Any]) -> dict[str, Any]:
    patterned: dict[str, dict[str, Any]] = here.get("patternProperties", {})
    return next(iter(patterned.values()), here.get("additionalProperties") or {})


def _resolved(part: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in part:
        return part
    resolved: dict[str, Any] = schema()["$defs"][part["$ref"].rsplit("/", 1)[-1]]
    return resolved
