"""A pytest plugin: every AWS call that a function would make while the flows' tests run, as the requests that AWS sees.

The flows' tests run on in-memory twins, which do what the real adapters do; each call of a twin is noted as the request
that its adapter makes of AWS. The outermost handler or flow on the stack tells which function makes the call; beyond a
test's own frame nothing counts, for a test may let a person click while a function is at work.

    CSPM_RECORD=calls.json pytest -p tests.infra.recording tests/flows
"""

from __future__ import annotations

import ast
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import wraps
from pathlib import Path
from types import CodeType
from typing import Any, Final

from bot.adapters.aws.dynamodb_requests import transact_item
from bot.adapters.memory.accounts import MemoryAccounts
from bot.adapters.memory.archive import MemoryArchive
from bot.adapters.memory.event_bus import MemoryBus
from bot.adapters.memory.policies import StaticPolicies
from bot.adapters.memory.queue import MemoryQueue
from bot.adapters.memory.secrets import StaticSecrets
from bot.adapters.memory.security_hub import MemoryHub
from bot.adapters.memory.slack import MemorySlack
from bot.adapters.memory.table import MemoryTable
from handlers import cards, plan, remediate, schedule

ROOT: Final = Path(__file__).parents[2]
FUNCTIONS: Final = ("ingest", "plan", "cards", "slack", "remediate", "schedule", "events")
_DISPATCHED: Final[Mapping[str, Mapping[Any, Any]]] = {
    "cards": cards.FLOWS,
    "plan": plan.FLOWS,
    "remediate": remediate.FLOWS,
    "schedule": schedule.JOBS,
}
"""The flows of the functions that dispatch; the others have one entry, which no other function has."""


def by_code() -> dict[CodeType, str]:
    """Return the function that dispatches to each flow."""
    return {_code_of(flow): name for name, flows in _DISPATCHED.items() for flow in flows.values()}


def _code_of(flow: Any) -> CodeType:
    code: CodeType = flow.__code__
    return code


def by_module() -> dict[str, str]:
    """Return the function of each handler, and of each module of flows that one function alone imports."""
    owners: dict[str, set[str]] = {}
    for function in FUNCTIONS:
        for module in _reached(f"handlers.{function}"):
            owners.setdefault(module, set()).add(function)
    alone = {module: next(iter(several)) for module, several in owners.items() if len(several) == 1}
    entries = [(entry, name) for name in FUNCTIONS for entry in _flows_in(_path_of(f"handlers.{name}"))]
    return alone | {entry: function for entry, function in entries if function not in _DISPATCHED}


def _reached(handler: str) -> set[str]:
    found: set[str] = set()
    waiting = [handler]
    while waiting:
        module = waiting.pop()
        path = _path_of(module)
        if module not in found and path.exists():
            found.add(module)
            waiting += _flows_in(path)
    return found


def _flows_in(path: Path) -> list[str]:
    """Return the modules of flows that a module imports."""
    nodes = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom)]
    named = [(str(node.module), alias.name) for node in nodes for alias in node.names]
    found = [f"{module}.{name}" if _path_of(f"{module}.{name}").exists() else module for module, name in named]
    return [module for module in found if module.startswith("bot.flows.")]


def _path_of(module: str) -> Path:
    return ROOT.joinpath(*module.split(".")).with_suffix(".py")


_ACTION: Final = {
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
    "Delete": "dynamodb:DeleteItem",
    "ConditionCheck": "dynamodb:ConditionCheckItem",
}

_HUB: Final[Mapping[str, tuple[str, ...]]] = {
    "accounts": ("securityhub:DescribeHub", "securityhub:ListMembers"),
    "findings_by_id": ("securityhub:GetFindings",),
    "findings_of": ("securityhub:GetFindings",),
    "update": ("securityhub:BatchUpdateFindings",),
}
"""What bot/adapters/aws/security_hub.py calls for each method of the port."""

_POLICY: Final = ("appconfig:StartConfigurationSession", "appconfig:GetLatestConfiguration")


@dataclass(frozen=True, order=True)
class Made:
    """One kind of call: on which of the template's resources, with which keys and attributes of the table."""

    function: str
    action: str
    resource: str
    keys: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()


MADE: set[Made] = set()
_OF_CODE: Final = by_code()
_OF_MODULE: Final = by_module()


def load(path: Path) -> list[Made]:
    """What a run has noted."""
    rows = json.loads(path.read_text())
    return sorted(Made(**row | {"keys": tuple(row["keys"]), "attributes": tuple(row["attributes"])}) for row in rows)


def pytest_configure() -> None:
    """Listen to the twins; they work as before."""
    _listen(MemoryTable, "get", lambda _self, key: [("dynamodb:GetItem", "Table", (_kind(key.pk),))])
    _listen(MemoryTable, "get_many", lambda _self, keys: [("dynamodb:BatchGetItem", "Table", _several(keys))])
    _listen(MemoryTable, "query", lambda _self, pk, **_: [("dynamodb:Query", "Table", (_kind(pk),))])
    _listen(
        MemoryTable,
        "query_index",
        lambda _self, index, pk, **_: [("dynamodb:Query", f"Table/index/{index}", (_kind(pk),))],
    )
    _listen(MemoryTable, "write", _writes)
    _listen(MemoryQueue, "send", lambda self, *_, **__: [("sqs:SendMessage", f"queue {self.name}", ())])
    for read in ("get", "all"):
        _listen(StaticSecrets, read, lambda _self, name: [("secretsmanager:GetSecretValue", f"secret {name}", ())])
    _listen(MemorySlack, "call", lambda *_, **__: [("secretsmanager:GetSecretValue", "secret slack/bot-token", ())])
    _listen(StaticPolicies, "text", lambda _self: [(action, "policy", ()) for action in _POLICY])
    _listen(MemoryAccounts, "reader", lambda *_: [("sts:AssumeRole", "role reader", ())])
    _listen(MemoryAccounts, "remediator", _entered)
    in_archive = [("s3:GetObject", "archive audit", ()), ("s3:ListBucket", "archive", ())]
    _listen(MemoryArchive, "digest", lambda *_: in_archive)
    _listen(MemoryArchive, "put", lambda *_: [("s3:PutObject", "archive audit", ())])
    _listen(MemoryBus, "put", lambda *_: [("events:PutEvents", "bus", ())])
    for name, actions in _HUB.items():
        _listen(MemoryHub, name, lambda *_, actions=actions, **__: [(action, "hub", ()) for action in actions])


def pytest_unconfigure() -> None:
    """Write what was noted."""
    target = os.environ.get("CSPM_RECORD")
    if target:
        Path(target).write_text(json.dumps([asdict(one) for one in sorted(MADE)], indent=1))


def _listen(twin: type, name: str, calls: Callable[..., Iterable[tuple[Any, ...]]]) -> None:
    original = getattr(twin, name)

    @wraps(original)
    def listening(*args: Any, **more: Any) -> Any:
        function = _whose(sys._getframe(1))
        if function:
            MADE.update(Made(function, *call) for call in calls(*args, **more))
        return original(*args, **more)

    setattr(twin, name, listening)


def _whose(frame: Any) -> str:
    found = ""
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module.startswith("tests."):
            return found
        found = _OF_CODE.get(frame.f_code) or _OF_MODULE.get(module, found)
        frame = frame.f_back
    return found


def _several(keys: Any) -> tuple[str, ...]:
    return tuple(sorted({_kind(key.pk) for key in keys}))


def _writes(_self: Any, writes: Sequence[Any], token: str = "") -> Iterator[tuple[Any, ...]]:  # noqa: ARG001 - the twin's signature
    for write in writes:
        ((operation, request),) = transact_item("Table", write).items()
        names = request.get("ExpressionAttributeNames", {}).values()
        attributes = {*names, *request.get("Item", {}), *request.get("Key", {})}
        pk = (request.get("Item") or request["Key"])["pk"]["S"]
        limited = tuple(sorted(attributes)) if operation == "Update" else ()
        yield _ACTION[operation], "Table", (_kind(pk),), limited


def _entered(_self: Any, _resource: Any, session: Any, _record: Any) -> list[tuple[Any, ...]]:
    named = [("sts:SetSourceIdentity", "role remediation", ())] if session.source_identity else []
    return [("sts:AssumeRole", "role remediation", ()), *named]


def _kind(pk: str) -> str:
    """A key of this kind: `CASE#1` for any case."""
    prefix, mark, _ = pk.partition("#")
    return f"{prefix}#1" if mark else prefix
