"""Who may import whom, and what may not happen at import. What breaks is named.

Imports point inwards only: the domain knows nothing of ours, the rim knows everything.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]
MAX_LINES: Final = 300
MAX_HANDLER_LINES: Final = 40

CORE: Final = "bot.domain"
ANY_OF_OURS: Final = ("bot", "infra.local", "handlers")

FLOWS: Final = (
    "policy",
    "messaging",
    "cases",
    "ingestion",
    "cards",
    "planning",
    "posture",
    "execution",
    "jobs",
    "decisions",
    "interactions",
)
"""The packages of `bot.flows`, bottom to top: each may import those before it."""

MAY_IMPORT: Final[Mapping[str, tuple[str, ...]]] = {
    # the core
    CORE: (),
    "bot.payload": (CORE,),
    "bot.messages": (CORE, "bot.payload"),
    "bot.data": (CORE,),
    "bot.world": (CORE,),
    # translators: foreign formats to domain values, domain values to foreign formats
    "bot.policy_file": (CORE,),
    "bot.sources": (CORE, "bot.payload", "bot.data"),
    "bot.remediations": (CORE,),
    "bot.rules": (CORE, "bot.payload"),
    "bot.slack": (CORE,),
    "bot.store": (CORE,),
    # use cases
    "bot.flows.policy": (CORE, "bot.policy_file", "bot.remediations", "bot.store", "bot.world"),
    "bot.flows.messaging": (CORE, "bot.slack", "bot.world"),
    "bot.flows.cases": (CORE, "bot.messages", "bot.remediations", "bot.slack", "bot.store", "bot.world"),
    "bot.flows.ingestion": (
        *(CORE, "bot.data", "bot.messages", "bot.remediations", "bot.sources", "bot.store", "bot.world"),
    ),
    "bot.flows.cards": (CORE, "bot.messages", "bot.slack", "bot.store", "bot.world"),
    "bot.flows.planning": (CORE, "bot.messages", "bot.remediations", "bot.slack", "bot.store", "bot.world"),
    "bot.flows.posture": (CORE, "bot.data", "bot.remediations", "bot.slack", "bot.store", "bot.world"),
    "bot.flows.execution": (CORE, "bot.messages", "bot.store", "bot.world"),
    "bot.flows.jobs": (CORE, "bot.messages", "bot.store", "bot.world"),
    "bot.flows.decisions": (CORE, "bot.messages", "bot.slack", "bot.store", "bot.world"),
    "bot.flows.interactions": (CORE, "bot.messages", "bot.remediations", "bot.slack", "bot.store", "bot.world"),
    # the rim
    "bot.adapters": (CORE,),
    "bot.runtime": (CORE, "bot.adapters", "bot.messages", "bot.store", "bot.world"),
    "bot.cli": ("bot",),
    "handlers": (
        *(CORE, "bot.messages", *(f"bot.flows.{name}" for name in FLOWS), "bot.rules", "bot.runtime", "bot.world"),
    ),
    # the stack on one machine: what stands for AWS and Slack knows nothing of the bot
    "infra.local": ANY_OF_OURS,
    "infra.local.call_log": ("infra.local",),
    "infra.local.cloud": ("infra.local",),
    "infra.local.cloud_server": ("infra.local",),
    "infra.local.detector": ("infra.local",),
    "infra.local.inventory": ("infra.local",),
    "infra.local.moto_extensions": ("infra.local",),
    "infra.local.sandbox": ("infra.local",),
    "infra.local.workspace": ("infra.local",),
}
"""Longest name first: a module belongs to the layer with the longest name that it starts with."""

LIBRARIES: Final[Mapping[str, tuple[str, ...]]] = {
    "boto3": ("bot.adapters", "bot.runtime", "bot.cli", "infra.local"),
    "botocore": ("bot.adapters", "bot.runtime", "bot.cli", "bot.flows", "bot.remediations", "infra.local"),
    "slack_sdk": ("bot.adapters", "bot.flows", "infra.local"),
    "slack_bolt": ("bot.adapters", "bot.flows.interactions", "handlers", "infra.local"),
    "moto": ("infra.local",),
    "ministack": ("infra.local",),
}
"""Libraries that reach outside, and the layers that may. Flows know AWS's errors and check Slack's signatures."""

NOT_IN_THE_CORE: Final = {
    *("asyncio", "http", "io", "logging", "os", "pathlib", "random", "secrets", "shutil", "socket", "subprocess"),
    *("sys", "tempfile", "threading", "time", "urllib", "pydantic", "yaml"),
}
"""No I/O, no clock, no chance: the domain is values and functions."""

NOT_AT_IMPORT: Final = {
    *("boto3.client", "boto3.resource", "boto3.Session", "boto3.session.Session", "WebClient", "App"),
    *("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.monotonic"),
    *("os.environ.get", "os.getenv", "environ.get", "getenv", "open", "Path.cwd", "Path.home"),
}


@dataclass(frozen=True)
class Module:
    """A source file of ours."""

    name: str
    path: Path
    tree: ast.Module
    lines: int

    @property
    def layer(self) -> str:
        return layer_of(self.name)

    def imports(self) -> Iterator[tuple[str, int]]:
        """Everything that it imports, anywhere in the file, with the line."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((alias.name, node.lineno) for alias in node.names)
            if isinstance(node, ast.ImportFrom):
                yield from ((name, node.lineno) for name in imported(node))


def imported(node: ast.ImportFrom) -> Iterator[str]:
    """`from bot.flows.ingestion import assign` imports bot.flows.ingestion.assign, when that is a module."""
    for alias in node.names:
        inner = f"{node.module}.{alias.name}"
        yield inner if inner in names() else str(node.module)


def files() -> Iterator[Path]:
    for top in ("bot", "handlers", "infra"):
        for folder, inner, found in os.walk(ROOT / top):
            inner[:] = [name for name in inner if name not in {"node_modules", "__pycache__"}]
            yield from (Path(folder) / name for name in found if name.endswith(".py"))


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def names() -> frozenset[str]:
    return frozenset(map(name_of, files()))


@cache
def modules() -> tuple[Module, ...]:
    return tuple(read(path) for path in sorted(files()))


def read(path: Path) -> Module:
    text = path.read_text(encoding="utf-8")
    return Module(name_of(path), path, ast.parse(text), text.count("\n"))


def within(name: str, layer: str) -> bool:
    return name == layer or name.startswith(f"{layer}.")


def layer_of(name: str) -> str:
    return max((layer for layer in MAY_IMPORT if within(name, layer)), key=len, default="")


def is_ours(name: str) -> bool:
    return name.partition(".")[0] in {"bot", "handlers", "infra"}


def allowed(importer: str, imported_name: str) -> bool:
    layer, other = layer_of(importer), layer_of(imported_name)
    if not layer or not is_ours(imported_name) or layer == other or imported_name in {"bot", "infra"}:
        return bool(layer)
    if "bot" in MAY_IMPORT[layer] and within(imported_name, "bot"):
        return True
    if "infra.local" in MAY_IMPORT[layer] and within(imported_name, "infra.local"):
        return True
    return other in MAY_IMPORT[layer] or _is_lower_flow(layer, other)


def _is_lower_flow(layer: str, other: str) -> bool:
    flows = [f"bot.flows.{name}" for name in FLOWS]
    return layer in flows and other in flows[: flows.index(layer)]


def may_use(importer: str, library: str) -> bool:
    root = library.partition(".")[0]
    return root not in LIBRARIES or any(within(importer, layer) for layer in LIBRARIES[root])


def places(found: Iterable[tuple[Module, int, str]]) -> list[str]:
    return [f"{module.path.relative_to(ROOT)}:{line}: {what}" for module, line, what in found]


def test_every_module_has_its_place_in_the_table() -> None:
    assert [
        module.name for module in modules() if not module.layer and module.name not in {"bot", "bot.flows", "infra"}
    ] == []


def test_imports_point_inwards_only() -> None:
    wrong = [
        (module, line, f"{module.layer} may not import {name}")
        for module in modules()
        for name, line in module.imports()
        if module.layer and not allowed(module.name, name)
    ]
    assert places(wrong) == []


def test_only_the_rim_reaches_outside() -> None:
    wrong = [
        (module, line, f"{module.layer} may not import {name}")
        for module in modules()
        for name, line in module.imports()
        if not may_use(module.name, name)
    ]
    assert places(wrong) == []


def test_the_domain_has_no_clock_no_chance_and_no_io() -> None:
    wrong = [
        (module, line, name)
        for module in modules()
        if module.layer == CORE
        for name, line in module.imports()
        if name.partition(".")[0] in NOT_IN_THE_CORE
    ]
    assert places(wrong) == []


@pytest.mark.parametrize(
    ("importer", "name", "may"),
    [
        ("bot.domain.plan", "bot.domain.canonical", True),
        ("bot.domain.plan", "bot.store.cases", False),
        ("bot.domain.plan", "bot.world", False),
        ("bot.sources.asff", "bot.remediations.s3.block_public_access", False),
        ("bot.slack.cards.card", "bot.flows.planning.plan", False),
        ("bot.flows.interactions.app", "bot.flows.decisions.decide", True),
        ("bot.flows.decisions.decide", "bot.flows.interactions.app", False),
        ("bot.flows.cases.transition", "bot.flows.policy.load", True),
        ("bot.flows.planning.plan", "bot.adapters.clock", False),
        ("bot.adapters.clock", "bot.store.keys", False),
        ("bot.cli.plan.command", "bot.adapters.aws.accounts", True),
        ("bot.cli.plan.command", "handlers.plan", False),
        ("handlers.plan", "bot.adapters.clock", False),
        ("infra.local.detector.asff", "bot.remediations.s3.block_public_access", False),
        ("infra.local.workspace.server", "bot.slack.text.blocks", False),
        ("infra.local.workspace.server", "infra.local.cloud", True),
        ("somewhere.else", "bot.domain.plan", False),
    ],
)
def test_the_table_says_what_the_design_says(importer: str, name: str, *, may: bool) -> None:
    assert allowed(importer, name) is may


def test_every_module_says_what_it_is() -> None:
    assert [module.name for module in modules() if not ast.get_docstring(module.tree)] == []


def test_no_file_is_longer_than_a_person_reads_at_once() -> None:
    assert [f"{module.name}: {module.lines} lines" for module in modules() if module.lines > MAX_LINES] == []


def test_a_handler_is_a_few_lines() -> None:
    handlers = [module for module in modules() if module.layer == "handlers"]
    assert handlers
    assert [f"{one.name}: {one.lines} lines" for one in handlers if one.lines >= MAX_HANDLER_LINES] == []


def at_import(tree: ast.AST) -> Iterator[ast.AST]:
    """What runs when a module is imported: everything outside of functions, but their decorators and defaults."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from at_import(node.args)
            for decorator in getattr(node, "decorator_list", []):
                yield decorator
                yield from at_import(decorator)
        elif not _is_main_guard(node):
            yield node
            yield from at_import(node)


def _is_main_guard(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "__name__" in ast.unparse(node.test)


def forbidden_at_import(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in at_import(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in NOT_AT_IMPORT:
            yield node.lineno, f"{ast.unparse(node.func)}() at import"
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) in {"os.environ", "environ"}:
            yield node.lineno, "the environment is read at import"


def test_no_client_setting_or_clock_at_import() -> None:
    wrong = [(module, *found) for module in modules() for found in forbidden_at_import(module.tree)]
    assert places(wrong) == []


@pytest.mark.parametrize(
    "source",
    [
        "import boto3\ns3 = boto3.client('s3')",
        "NOW = datetime.now(UTC)",
        "class Settings:\n    url = os.environ['URL']",
        "def late(at=time.time()): ...",
        "if os.getenv('DEBUG'):\n    pass",
    ],
)
def test_what_would_run_at_import_is_seen(source: str) -> None:
    assert list(forbidden_at_import(ast.parse(source)))


def test_what_runs_when_called_is_no_concern() -> None:
    source = "def late():\n    return boto3.client('s3')\nif __name__ == '__main__':\n    open('x')"
    assert list(forbidden_at_import(ast.parse(source))) == []


IMPORT_ALL: Final = """
import importlib, json, socket, sys

class Offline(Exception):
    pass

def refuse(*args, **more):
    raise Offline("a client or the network at import")

socket.socket.connect = socket.socket.bind = socket.getaddrinfo = refuse
import botocore.session
botocore.session.Session.create_client = refuse

broken = {}
for name in json.loads(sys.stdin.read()):
    try:
        importlib.import_module(name)
    except BaseException as problem:
        broken[name] = repr(problem)
print(json.dumps(broken))
"""


def test_every_module_can_be_imported_without_network_client_or_environment() -> None:
    wanted = [module.name for module in modules() if not module.name.endswith("__main__")]
    done = subprocess.run(  # noqa: S603 - our own interpreter and script
        [sys.executable, "-c", IMPORT_ALL],
        input=json.dumps(wanted),
        env={"PYTHONPATH": str(ROOT)},
        cwd="/",
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {}
