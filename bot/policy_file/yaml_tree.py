"""Parsing of YAML to plain values and the line of each, without YAML's implicit conversions.

YAML 1.1 reads 0123 as octal, 1:30 as 90, `no` as false and 2025-09-21 as a date. A policy decides who may change
production, so only unambiguous values are accepted: text, true, false, integers, lists and mappings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bot.domain.errors import PolicyInvalid

Path = tuple[str | int, ...]

MAX_CHARACTERS: Final = 256 * 1024
MAX_DEPTH: Final = 20

_TAG: Final = "tag:yaml.org,2002:"
_WHOLE: Final = re.compile(r"-?(0|[1-9][0-9]*)")
_NEEDS_QUOTES: Final = "{text} must be in quotes: without them YAML reads {kind}"


@dataclass(frozen=True)
class Problem:
    """A problem and its line, counted from 1."""

    line: int
    text: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}"


@dataclass
class Tree:
    """The plain value of a YAML text, with the line of each path."""

    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """Return the line of this path, or of its nearest existing parent."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def report(self, path: Path, text: str) -> None:
        """Record a problem at this path."""
        self.problems.append(Problem(self.line(path), f"{dotted(path)}: {text}" if path else text))


def dotted(path: Path) -> str:
    """Return `routes[0].approvers` for ("routes", 0, "approvers")."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


def read_tree(text: str) -> Tree:
    """Parse a YAML text. Raises PolicyInvalid for invalid YAML and for features that a policy may not use."""
    if len(text) > MAX_CHARACTERS:
        raise PolicyInvalid((f"line 1: the policy is longer than {MAX_CHARACTERS} characters",))
    try:
        _reject_structure(text)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        problem = Problem(line, f"the character {error.character!r} is not allowed in YAML")
        raise PolicyInvalid((str(problem),)) from error
    except yaml.MarkedYAMLError as error:
        raise PolicyInvalid((str(_syntax(error)),)) from error
    if not isinstance(root, MappingNode):
        raise PolicyInvalid(("line 1: a policy is a mapping of keys, starting with `version: 1`",))
    tree = Tree()
    tree.value = _value(root, (), tree)
    return tree


def _reject_structure(text: str) -> None:
    """Reject anchors, which could expand to gigabytes, and deep nesting, which could exhaust the stack."""
    found: list[Problem] = []
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if getattr(event, "anchor", None):
            found.append(
                Problem(line, "anchors and aliases (&name, *name) are not allowed: write it out, or quote a wildcard")
            )
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            found.append(Problem(line, f"more than {MAX_DEPTH} levels deep"))
            break
    if found:
        raise PolicyInvalid(tuple(map(str, found)))


def _syntax(error: yaml.MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    text = error.problem or error.context or "not YAML"
    if "'\\t'" in text:
        text = "a tab; indent with spaces"
    elif error.context and "scanning an alias" in error.context:
        text = "a plain * starts an alias: put wildcards in quotes"
    return Problem(mark.line + 1 if mark else 1, text)


def _value(node: Node, path: Path, tree: Tree) -> Any:
    tree.lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, MappingNode):
        return {key: _value(child, (*path, key), tree) for key, child in _entries(node, path, tree)}
    if isinstance(node, SequenceNode):
        return [_value(child, (*path, index), tree) for index, child in enumerate(node.value)]
    return _scalar(node, path, tree)


def _entries(node: MappingNode, path: Path, tree: Tree) -> Iterator[tuple[str, Node]]:
    for key_node, child in node.value:
        key = key_node.value if isinstance(key_node, ScalarNode) else ""
        line = key_node.start_mark.line + 1
        here = (*path, key)
        if not isinstance(key_node, ScalarNode) or key_node.tag != f"{_TAG}str":
            problem = _NEEDS_QUOTES.format(text=key or "this key", kind=_kind(key_node))
            tree.problems.append(Problem(line, f"{dotted(path)}: {problem}" if path else problem))
        if here in tree.lines:
            tree.problems.append(
                Problem(line, f"{dotted(here)}: given twice, first in line {tree.lines[here]}; the last would win")
            )
        tree.lines[here] = line
        yield key, child


def _scalar(node: Node, path: Path, tree: Tree) -> Any:
    text = str(node.value)
    tag = node.tag.removeprefix(_TAG)
    if tag == "bool" and text.lower() in {"true", "false"}:
        return text.lower() == "true"
    if tag == "int" and _WHOLE.fullmatch(text):
        return int(text)
    if tag == "null":
        return None
    if tag in {"int", "float"} or (tag not in {"str", "bool", "timestamp"}):
        tree.report(path, _NEEDS_QUOTES.format(text=text, kind=_kind(node)))
    return text


def _kind(node: Node) -> str:
    tag = node.tag.removeprefix(_TAG)
    kinds = {
        "int": "a number (and one with a leading 0 as octal)",
        "float": "a number with a fraction",
        "bool": "true or false",
        "null": "nothing",
        "timestamp": "a date",
        "map": "a mapping",
        "seq": "a list",
    }
    return kinds.get(tag, f"a {tag}")
