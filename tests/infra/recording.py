"""In-memory adapters that record each call as the request that the real adapter makes of AWS.

The flows' tests run on them. The outermost use case on the stack is the function that makes the call; nothing counts
beyond a test's own frame, because a test may let a person click while a function is at work.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Any, Final

from bot.adapters.aws.dynamodb_requests import transact_item
from bot.adapters.aws.security_hub import Asff
from bot.adapters.memory.accounts import MemoryAccounts
from bot.adapters.memory.archive import MemoryArchive
from bot.adapters.memory.event_bus import MemoryBus
from bot.adapters.memory.policies import StaticPolicies
from bot.adapters.memory.queue import MemoryQueue
from bot.adapters.memory.secrets import StaticSecrets
from bot.adapters.memory.security_hub import MemoryHub
from bot.adapters.memory.slack import MemorySlack
from bot.adapters.memory.table import MemoryTable
from bot.domain.ports import Account, HubUpdate, IndexName, Item, Key, Recorder, RoleSession, Write
from bot.domain.resource import Resource
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


@dataclass(frozen=True, order=True)
class Made:
    """One kind of call: on which of the template's resources, with which keys and attributes of the table."""

    function: str
    action: str
    resource: str
    keys: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()


MADE: set[Made] = set()
"""All that was recorded in this process."""

_OF_CODE: Final = by_code()
_OF_MODULE: Final = by_module()
_Request = tuple[Any, ...]
"""What Made is made of, without the function."""


class RecordedTable(MemoryTable):
    def get(self, key: Key) -> Item | None:
        _record([("dynamodb:GetItem", "Table", (_kind(key.pk),))])
        return super().get(key)

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Item]:
        asked = list(keys)
        _record([("dynamodb:BatchGetItem", "Table", tuple(sorted({_kind(key.pk) for key in asked})))])
        return super().get_many(asked)

    def query(self, pk: str, **how: Any) -> list[Item]:
        _record([("dynamodb:Query", "Table", (_kind(pk),))])
        return super().query(pk, **how)

    def query_index(self, index: IndexName, pk: str, **how: Any) -> list[Item]:
        _record([("dynamodb:Query", f"Table/index/{index}", (_kind(pk),))])
        return super().query_index(index, pk, **how)

    def write(self, writes: Sequence[Write], token: str = "") -> None:
        _record(_writes(writes))
        super().write(writes, token)


class RecordedQueue(MemoryQueue):
    def send(self, body: Mapping[str, Any], *, group: str = "", delay: int = 0) -> None:
        _record([("sqs:SendMessage", f"queue {self.name}")])
        super().send(body, group=group, delay=delay)


class RecordedSecrets(StaticSecrets):
    def get(self, name: str) -> str:
        _record([("secretsmanager:GetSecretValue", f"secret {name}")])
        return super().get(name)

    def all(self, name: str) -> tuple[str, ...]:
        _record([("secretsmanager:GetSecretValue", f"secret {name}")])
        return super().all(name)


class RecordedSlack(MemorySlack):
    def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        _record([("secretsmanager:GetSecretValue", "secret slack/bot-token")])
        return super().call(method, **arguments)


class RecordedPolicies(StaticPolicies):
    def text(self) -> tuple[str, str]:
        _record([("appconfig:StartConfigurationSession", "policy"), ("appconfig:GetLatestConfiguration", "policy")])
        return super().text()


class RecordedAccounts(MemoryAccounts):
    def reader(self, resource: Resource, record: Recorder) -> Account:
        _record([("sts:AssumeRole", "role reader")])
        return super().reader(resource, record)

    def remediator(self, resource: Resource, role_session: RoleSession, record: Recorder) -> Account:
        named = [("sts:SetSourceIdentity", "role remediation")] if role_session.source_identity else []
        _record([("sts:AssumeRole", "role remediation"), *named])
        return super().remediator(resource, role_session, record)


class RecordedArchive(MemoryArchive):
    def digest(self, name: str) -> str:
        _record([("s3:GetObject", "archive audit"), ("s3:ListBucket", "archive")])
        return super().digest(name)

    def put(self, name: str, content: bytes) -> None:
        _record([("s3:PutObject", "archive audit")])
        super().put(name, content)


class RecordedBus(MemoryBus):
    def put(self, events: Sequence[Mapping[str, Any]]) -> None:
        _record([("events:PutEvents", "bus")])
        super().put(events)


class RecordedHub(MemoryHub):
    """What bot/adapters/aws/security_hub.py calls for each method of the port."""

    def accounts(self) -> list[str]:
        _record([("securityhub:DescribeHub", "hub"), ("securityhub:ListMembers", "hub")])
        return super().accounts()

    def findings_by_id(self, ids: Sequence[tuple[str, str]]) -> list[Asff]:
        _record([("securityhub:GetFindings", "hub")])
        return super().findings_by_id(ids)

    def findings_of(self, account: str, region: str, token: str = "") -> tuple[list[Asff], str]:
        _record([("securityhub:GetFindings", "hub")])
        return super().findings_of(account, region, token)

    def update(self, update: HubUpdate) -> dict[str, str]:
        _record([("securityhub:BatchUpdateFindings", "hub")])
        return super().update(update)


def _record(requests: Iterable[_Request]) -> None:
    function = _whose(sys._getframe(2))
    if function:
        MADE.update(Made(function, *request) for request in requests)


def _whose(frame: Any) -> str:
    found = ""
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module.startswith("tests."):
            return found
        found = _OF_CODE.get(frame.f_code) or _OF_MODULE.get(module, found)
        frame = frame.f_back
    return found


def _writes(writes: Sequence[Write]) -> Iterator[_Request]:
    for write in writes:
        ((operation, request),) = transact_item("Table", write).items()
        names = request.get("ExpressionAttributeNames", {}).values()
        attributes = {*names, *request.get("Item", {}), *request.get("Key", {})}
        pk = (request.get("Item") or request["Key"])["pk"]["S"]
        limited = tuple(sorted(attributes)) if operation == "Update" else ()
        yield _ACTION[operation], "Table", (_kind(pk),), limited


def _kind(pk: str) -> str:
    """A key of this kind: `CASE#1` for any case."""
    prefix, mark, _ = pk.partition("#")
    return f"{prefix}#1" if mark else prefix
