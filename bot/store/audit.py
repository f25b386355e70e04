"""The audit record: every decision, refusal and AWS call, written in the transaction that it is about."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from pydantic import TypeAdapter

from bot.domain.canonical import short_id
from bot.domain.errors import Conflict
from bot.domain.history import HistoryEvent, HistoryLine
from bot.domain.ports import ABSENT_ITEM, Put, Table
from bot.domain.rights import AuthorityEvidence
from bot.domain.target import CaseTarget
from bot.store import keys


@dataclass(frozen=True)
class Entry:
    """An entry of the record. `at` and `identity` make its key, so that it is stored once however often written."""

    at: str
    what: HistoryEvent
    identity: tuple[str, ...]
    who: str = "cspm-bot"
    case: str = ""
    target: str = ""
    account: str = ""
    region: str = ""
    resource: str = ""
    before: str = ""
    after: str = ""
    digest: str = ""
    policy: str = ""
    right: str = ""
    reason: str = ""
    reference: str = ""
    run: str = ""
    calls: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()
    severity: str = ""
    channel: str = ""
    ts: str = ""
    grounds: AuthorityEvidence | None = None

    def of(self, target: CaseTarget) -> Entry:
        """Return the entry with its target and where that is."""
        place = target.resource
        where = replace(self, account=place.account, region=place.region, resource=place.id)
        return replace(where, case=target.case_id, target=target.target_id)


def put(entry: Entry) -> Put:
    """Return the write of this entry, for a transaction."""
    key = keys.audit(entry.at, short_id(*entry.identity))
    texts = {name: value for name, value in asdict(entry).items() if value and name not in {"identity", "grounds"}}
    fields = {name: list(value) if isinstance(value, tuple) else str(value) for name, value in texts.items()}
    grounds = {"grounds": _grounds(entry.grounds)} if entry.grounds else {}
    return Put({**fields, "calls": list(entry.calls), **grounds, "pk": key.pk, "sk": key.sk}, when=ABSENT_ITEM)


def puts(entry: Entry) -> tuple[Put, ...]:
    """Return the writes of an entry: its own, and if it is about a case the line of the case's history."""
    return (put(entry), _line(entry)) if entry.case else (put(entry),)


def note(table: Table, entry: Entry) -> None:
    """Write an entry that belongs to no other write; an entry that is stored already stays as it is."""
    try:
        table.write([put(entry)])
    except Conflict:
        return


def _line(entry: Entry) -> Put:
    key = keys.history(entry.case, entry.at, short_id(*entry.identity))
    names = ("at", "what", "who", "target", "before", "after", "reason", "reference", "run")
    fields = {name: value for name in names if (value := getattr(entry, name))}
    calls = list(entry.calls) if entry.run else []  # of runs; what was read to look is in the record
    return Put({**fields, "calls": calls, "pk": key.pk, "sk": key.sk}, when=ABSENT_ITEM)


def history(table: Table, case_id: str, limit: int = 50) -> list[HistoryLine]:
    """Return the history of a case, newest first."""
    found = table.query(f"CASE#{case_id}", prefix=keys.HISTORY, limit=limit, newest_first=True)
    return [_LINE.validate_python(item) for item in found]


_LINE: Final = TypeAdapter(HistoryLine)


def _grounds(right: AuthorityEvidence) -> dict[str, Any]:
    members = {group: list(people) for group, people in right.members.items()}
    return {"route": right.route, "via": right.via, "required": right.required, "members": members}
