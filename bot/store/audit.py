"""The audit record: every decision, refusal and AWS call, written in the transaction of what it tells."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

from bot.domain.canonical import short_id
from bot.domain.ports import ABSENT_ITEM, Put
from bot.store import keys


@dataclass(frozen=True)
class Entry:
    """One line of the record. `identity` makes it deterministic: told twice, it is stored once."""

    at: str
    what: str
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
    run: str = ""
    calls: tuple[str, ...] = field(default=())


def put(entry: Entry) -> Put:
    """The write of this entry, to be part of a transaction."""
    key = keys.audit(entry.at, short_id(*entry.identity))
    fields = {name: value for name, value in asdict(entry).items() if value and name != "identity"}
    return Put({**fields, "calls": list(entry.calls), "pk": key.pk, "sk": key.sk}, when=ABSENT_ITEM)
