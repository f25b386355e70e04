"""Every key of the table, in one place. The roles' LeadingKeys conditions in template.yaml name the same prefixes."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime
from typing import Final

from bot.domain.ports import Key

DUE_SHARDS: Final = 8

HISTORY: Final = "H#"

VOTES: Final = "VOTES"

RESOURCES: Final = "RESOURCES#"

COMMANDS: Final = "COMMANDS"
"""In place of a case's id: decisions that are about no case, like the stop button."""


def finding(account: str, region: str, fid: str) -> Key:
    """A finding; all of an account and Region are one partition."""
    return Key(f"F#{account}#{region}", fid)


def findings(account: str, region: str) -> str:
    """The partition of an account's findings in a Region."""
    return f"F#{account}#{region}"


def alias(account: str, region: str, kind: str, own_id: str) -> Key:
    """The alias of a resource that AWS Config identifies by an internal id."""
    return Key(f"ALIAS#{account}#{region}", f"{kind}#{own_id}")


def walk() -> Key:
    """The state of reconciliation; the plan function writes it."""
    return Key("WALK", "STATE")


def resources(account: str, region: str) -> Key:
    """The number of failing resources of an account's Region, as counted at night."""
    return Key("WALK", f"{RESOURCES}{account}#{region}")


def walk_units() -> Key:
    """The units that it goes through."""
    return Key("WALK", "UNITS")


def seen(page: int) -> Key:
    """The ids of a page of the hub's list; the next unit overwrites them."""
    return Key("WALK", f"SEEN#{page:06}")


def case(case_id: str) -> Key:
    """A case."""
    return Key(f"CASE#{case_id}", "CASE")


def case_target(case_id: str, target_id: str) -> Key:
    """A target of a case."""
    return Key(f"CASE#{case_id}", f"T#{target_id}")


def lift(case_id: str, target_id: str) -> Key:
    """A pending update of Security Hub about the end of a target's exemption."""
    return Key(f"CASE#{case_id}", f"LIFT#{target_id}")


def history(case_id: str, at: str, entry_id: str) -> Key:
    """A line of a case's history: what the audit record says too, found by its case."""
    return Key(f"CASE#{case_id}", f"{HISTORY}{at}#{entry_id}")


def pointer(account: str, pointer_id: str) -> Key:
    """The pointer to the open case of this subject, route and account."""
    return Key(f"OPEN#{account}", pointer_id)


def pointers(account: str) -> str:
    """The partition of an account's pointers."""
    return f"OPEN#{account}"


def manifest(case_id: str, digest: str) -> Key:
    return Key(f"MANIFEST#{case_id}", digest)


def decision(case_id: str, signature_hash: str) -> Key:
    """A signed click."""
    return Key(f"DECISION#{case_id}", signature_hash)


def run(run_id: str) -> Key:
    """An approved plan being carried out."""
    return Key(f"RUN#{run_id}", "RUN")


def changed(at: str, run_id: str) -> Key:
    """That a run changed something, in the partition of the day on which it did."""
    return Key(f"CHANGED#{at[:10]}", f"{at}#{run_id}")


def exemption(account: str, exemption_id: str) -> Key:
    """An exemption; all are one partition, an account's stand together."""
    return Key("EXEMPTION", f"{account}#{exemption_id}")


def cover(account: str, cover_id: str) -> Key:
    """The exemption that covers a control of an account in a channel."""
    return Key(f"COVER#{account}", cover_id)


def approvals(who: str, hour: str) -> Key:
    """The number of approvals by a person, or in an account, in an hour (`2026-09-21T10`)."""
    return Key(f"APPROVALS#{who}", hour)


def votes(case_id: str, target_id: str) -> Key:
    """Return the key of a target's votes, which only `remediate` may write."""
    return Key(f"{VOTES}#{case_id}", f"T#{target_id}")


def judged(case_id: str, decision_id: str) -> Key:
    """That a decision has been judged; the decision's own item may be written by the Slack function, too."""
    return Key(f"{VOTES}#{case_id}", f"D#{decision_id}")


def channel(channel_id: str, day: str = "") -> Key:
    """The state of posting to a channel: the time to wait for, or the number of posts on a day."""
    return Key(f"CHANNEL#{channel_id}", day or "NOW")


def reminders(channel_id: str, kind: str) -> Key:
    """The cases of a channel that are to be reminded of, or escalated, in one message."""
    return Key(f"CHANNEL#{channel_id}", kind.upper())


def pause(scope: str) -> Key:
    """The stop button of an account, or of `all`."""
    return Key("PAUSE", scope)


def posture(scope: str, control: str) -> Key:
    """A row of counters."""
    return Key(scope, control)


def snapshot(scope: str, date: str) -> Key:
    """A day's counts by control, of everything, an account or a Region."""
    return Key(f"SNAPSHOT#{scope}", date)


def digest(channel_id: str) -> Key:
    """The day of a channel's last digest. Under SNAPSHOT, which only the schedule function writes."""
    return Key("SNAPSHOT#DIGEST", channel_id)


def export() -> Key:
    """Up to which hour the record is in the bucket. Under SNAPSHOT, which the schedule function alone writes."""
    return Key("SNAPSHOT#EXPORT", "STATE")


def policy_noticed() -> Key:
    """The policy noticed last, and its stages. Under SNAPSHOT, which only the schedule function writes."""
    return Key("SNAPSHOT#POLICY", "NOTICED")


def audit(at: str, entry_id: str) -> Key:
    """An audit entry, in the partition of its day."""
    return Key(f"AUDIT#{at[:10]}", f"{at}#{entry_id}")


def behind(channel: str) -> str:
    """The index partition of a channel's cards that are behind the store."""
    return f"BEHIND#{channel}"


def due(identity: str) -> str:
    """The index partition in which this item is found when it is due."""
    return f"DUE#{zlib.crc32(identity.encode()) % DUE_SHARDS}"


def all_due() -> tuple[str, ...]:
    """Every due partition."""
    return tuple(f"DUE#{shard}" for shard in range(DUE_SHARDS))


def stamp(when: datetime) -> str:
    """A time as text that sorts: UTC, milliseconds."""
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse(text: str) -> datetime:
    """The inverse of `stamp`, and of any ISO 8601 text with a zone."""
    return datetime.fromisoformat(text)
