"""The audit record: every decision, refusal and AWS call, written in the transaction that it describes."""

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
    """One line of the record. `identity` makes it deterministic: told twice, it is stored once."""

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
        """The entry with which target it is about, and where that is."""
        place = target.resource
        where = replace(self, account=place.account, region=place.region, resource=place.id)
        return replace(where, case=target.case_id, target=target.target_id)


def put(entry: Entry) -> Put:
    """The write of this entry, to be part of a transaction."""
    key = keys.audit(entry.at, short_id(*entry.identity))
    told = {name: value for name, value in asdict(entry).items() if value and name not in {"identity", "grounds"}}
    fields = {name: list(value) if isinstance(value, tuple) else str(value) for name, value in told.items()}
    grounds = {"grounds": _grounds(entry.grounds)} if entry.grounds else {}
    return Put({**fields, "calls": list(entry.calls), **grounds, "pk": key.pk, "sk": key.sk}, when=ABSENT_ITEM)


def puts(entry: Entry) -> tuple[Put, ...]:
    """The writes of an entry that is about a case: the record's, and the line of the case's own history."""
    return (put(entry), _line(entry)) if entry.case else (put(entry),)


def note(table: Table, entry: Entry) -> None:
    """Write an entry that belongs to no transition. Writing the same entry again changes nothing."""
    try:
        table.write([put(entry)])
    except Conflict:
        return


def _line(entry: Entry) -> Put:
    key = keys.history(entry.case, entry.at, short_id(*entry.identity))
    told = ("at", "what", "who", "target", "before", "after", "reason", "reference", "run")
    fields = {name: value for name in told if (value := getattr(entry, name))}
    calls = list(entry.calls) if entry.run else []  # of runs; what was read to look is in the record
    return Put({**fields, "calls": calls, "pk": key.pk, "sk": key.sk}, when=ABSENT_ITEM)


def history(table: Table, case_id: str, limit: int = 50) -> list[HistoryLine]:
    """Return the history of a case, newest first."""
    found = table.query(f"CASE#{case_id}", prefix=keys.HISTORY, limit=limit, newest_first=True)
    return [_LINE.validate_python(item) for item in found]


_LINE: Final = TypeAdapter(HistoryLine)


def _grounds(right: AuthorityEvidence) -> dict[str, Any]:
    """The evidence of a right: who could have decided, by which version and rule, when somebody did."""
    members = {group: list(people) for group, people in right.members.items()}
    return {"route": right.route, "via": right.via, "required": right.required, "members": members}
