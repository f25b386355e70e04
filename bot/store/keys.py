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
"""The case id of decisions that are about no case, such as a pause."""


def finding(account: str, region: str, fid: str) -> Key:
    """Return the key of a finding; all findings of an account and Region are one partition."""
    return Key(f"F#{account}#{region}", fid)


def findings(account: str, region: str) -> str:
    return f"F#{account}#{region}"


def alias(account: str, region: str, kind: str, own_id: str) -> Key:
    """Return the key of the alias of a resource that AWS Config knows by an internal id."""
    return Key(f"ALIAS#{account}#{region}", f"{kind}#{own_id}")


def walk() -> Key:
    """Return the key of the reconciliation's progress, which the plan function writes."""
    return Key("WALK", "STATE")


def resources(account: str, region: str) -> Key:
    """Return the key of the number of failing resources in an account's Region, as counted each night."""
    return Key("WALK", f"{RESOURCES}{account}#{region}")


def walk_units() -> Key:
    """Return the key of the (account, Region) units of the reconciliation."""
    return Key("WALK", "UNITS")


def seen(page: int) -> Key:
    """Return the key of the ids of a page of Security Hub's list; the next unit overwrites them."""
    return Key("WALK", f"SEEN#{page:06}")


def case(case_id: str) -> Key:
    return Key(f"CASE#{case_id}", "CASE")


def case_target(case_id: str, target_id: str) -> Key:
    return Key(f"CASE#{case_id}", f"T#{target_id}")


def lift(case_id: str, target_id: str) -> Key:
    """Return the key of the pending end of a suppression in Security Hub."""
    return Key(f"CASE#{case_id}", f"LIFT#{target_id}")


def history(case_id: str, at: str, entry_id: str) -> Key:
    """Return the key of a line of a case's history, a copy of its audit entry."""
    return Key(f"CASE#{case_id}", f"{HISTORY}{at}#{entry_id}")


def pointer(account: str, pointer_id: str) -> Key:
    """Return the key of the pointer to the open case of this subject, route and account."""
    return Key(f"OPEN#{account}", pointer_id)


def pointers(account: str) -> str:
    return f"OPEN#{account}"


def manifest(case_id: str, digest: str) -> Key:
    return Key(f"MANIFEST#{case_id}", digest)


def decision(case_id: str, signature_hash: str) -> Key:
    return Key(f"DECISION#{case_id}", signature_hash)


def run(run_id: str) -> Key:
    return Key(f"RUN#{run_id}", "RUN")


def changed(at: str, run_id: str) -> Key:
    """Return the key under which a run that changed something is listed, in the partition of its day."""
    return Key(f"CHANGED#{at[:10]}", f"{at}#{run_id}")


def exemption(account: str, exemption_id: str) -> Key:
    """Return the key of an exemption; all are one partition, sorted by account."""
    return Key("EXEMPTION", f"{account}#{exemption_id}")


def cover(account: str, cover_id: str) -> Key:
    """Return the key of the exemption that covers a control of an account in a channel."""
    return Key(f"COVER#{account}", cover_id)


def approvals(who: str, hour: str) -> Key:
    """Return the key of the number of approvals by a person or in an account in an hour (`2026-09-21T10`)."""
    return Key(f"APPROVALS#{who}", hour)


def votes(case_id: str, target_id: str) -> Key:
    """Return the key of a target's votes, which only `remediate` may write."""
    return Key(f"{VOTES}#{case_id}", f"T#{target_id}")


def judged(case_id: str, decision_id: str) -> Key:
    """Return the key of a decision's outcome, which only `remediate` may write, unlike the decision itself."""
    return Key(f"{VOTES}#{case_id}", f"D#{decision_id}")


def channel(channel_id: str, day: str = "") -> Key:
    """Return the key of a channel's rate limits: until when to wait, or what was posted on a day."""
    return Key(f"CHANNEL#{channel_id}", day or "NOW")


def reminders(channel_id: str, kind: str) -> Key:
    """Return the key of a channel's cases to remind of, or to escalate, in one message."""
    return Key(f"CHANNEL#{channel_id}", kind.upper())


def pause(scope: str) -> Key:
    """Return the key of the pause of an account, of automatic mode in it, or of `all`."""
    return Key("PAUSE", scope)


def posture(scope: str, control: str) -> Key:
    return Key(scope, control)


def snapshot(scope: str, date: str) -> Key:
    """Return the key of a day's counts by control, of everything, an account or a Region."""
    return Key(f"SNAPSHOT#{scope}", date)


def digest(channel_id: str) -> Key:
    """Return the key of the day of a channel's last digest. Only the schedule function may write SNAPSHOT keys."""
    return Key("SNAPSHOT#DIGEST", channel_id)


def export() -> Key:
    """Return the key of the hour up to which the audit record is archived, written by the schedule function."""
    return Key("SNAPSHOT#EXPORT", "STATE")


def policy_noticed() -> Key:
    """Return the key of the policy that was noticed last, written by the schedule function."""
    return Key("SNAPSHOT#POLICY", "NOTICED")


def audit(at: str, entry_id: str) -> Key:
    return Key(f"AUDIT#{at[:10]}", f"{at}#{entry_id}")


def behind(channel: str) -> str:
    """Return the index partition of a channel's cards that are behind the store."""
    return f"BEHIND#{channel}"


def due(identity: str) -> str:
    """Return the index partition in which this item is found when it is due."""
    return f"DUE#{zlib.crc32(identity.encode()) % DUE_SHARDS}"


def all_due() -> tuple[str, ...]:
    return tuple(f"DUE#{shard}" for shard in range(DUE_SHARDS))


def stamp(when: datetime) -> str:
    """Return a time as text that sorts: UTC, milliseconds."""
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse(text: str) -> datetime:
    """Parse what `stamp` returns, or any ISO 8601 text with a zone."""
    return datetime.fromisoformat(text)
