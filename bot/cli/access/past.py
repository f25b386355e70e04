"""What is known of a day that is over: the policy by AppConfig's own list, groups by what decisions have stored.

Nothing is guessed: between two decisions a group may have changed, so each group says by which decision it is known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from bot.cli.access.people import Unresolved
from bot.cli.policy.store import COMPLETE, UNDER_WAY, PolicyStore, Rollout, Version
from bot.domain.errors import Unknown
from bot.domain.policy import Policy
from bot.domain.ports import Item, Table
from bot.store import audit_text, keys

LOOKED_BACK: Final = timedelta(days=30)
"""So long before the day decisions are looked for that have stored a group's members."""


class AsDecided(Unresolved):
    """Groups as the last decision before the day has stored them; who could not be a full member is not known."""

    def __init__(self, when: datetime, entries: list[Item]) -> None:
        super().__init__(f"no decision in the {LOOKED_BACK.days} days before has stored its members")
        self._seen: dict[str, tuple[str, list[str]]] = {}
        for entry in entries:
            members: Mapping[str, Any] = entry.get("grounds", {}).get("members", {})
            self._seen |= {group: (str(entry["at"]), sorted(people)) for group, people in members.items()}
        self.notes = [
            "groups: members as the last decision before has stored them; guests among them could not decide",
            *(f"  {group}: by the decision at {at}" for group, (at, _) in sorted(self._seen.items())),
            f"what changed in Slack between that decision and {keys.stamp(when)} is not known",
        ]

    def members(self, group: str) -> list[str] | None:
        """As stored."""
        return self._seen[group][1] if group in self._seen else None


def known(when: datetime, store: PolicyStore, table: Table) -> tuple[Policy, AsDecided, list[str]]:
    """The policy of that time, its groups, and what is and is not known. Raises Unknown where there is none."""
    rollouts = store.rollouts()
    then = in_use(when, rollouts)
    version = store.version(then.version)
    entries = list(audit_text.between(table, when - LOOKED_BACK, when))
    people = AsDecided(when, entries)
    notes = [f"what is known of {keys.stamp(when)}", told(then, version), *in_between(when, rollouts)]
    return version.policy(), people, [*notes, *_judged_under(when, version, entries), *people.notes]


def in_use(when: datetime, rollouts: list[Rollout]) -> Rollout:
    """The newest that was complete by then, else the first that had begun. Raises Unknown where there is neither."""
    kept = [one for one in rollouts if one.state == COMPLETE and one.completed and one.completed <= when]
    begun = [one for one in rollouts if one.state in {COMPLETE, *UNDER_WAY} and one.started and one.started <= when]
    if not kept and not begun:
        raise Unknown(
            f"which policy was in force at {keys.stamp(when)} is not known: "
            "AppConfig lists no deployment that had begun by then"
        )
    return kept[0] if kept else begun[-1]


def told(then: Rollout, version: Version) -> str:
    """Which version, by which deployment."""
    done = f", complete at {keys.stamp(then.completed)}" if then.completed else ""
    return f"policy: version {version.number} ({version.label}) by AppConfig's deployment {then.number}{done}"


def in_between(when: datetime, rollouts: list[Rollout]) -> list[str]:
    """Deployments that were being rolled out at that moment: some functions had the one version, some the other."""
    under_way = [
        one
        for one in rollouts
        if one.started and one.started <= when and (one.state in UNDER_WAY or (one.completed and one.completed > when))
    ]
    return [
        f"deployment {one.number} of version {one.version} was being rolled out (now {one.state}): "
        "functions may have had that version already"
        for one in under_way
    ]


def _judged_under(when: datetime, version: Version, entries: list[Item]) -> list[str]:
    """A second witness: the versions that decisions of that day say they were judged under."""
    since = keys.stamp(when - timedelta(days=1))
    labels = Counter(str(one["policy"]) for one in entries if one.get("policy") and one["at"] >= since)
    if not labels:
        return ["no decision of the 24 hours before says under which version it was judged"]
    listed = ", ".join(f"{label} ({number})" for label, number in labels.most_common())
    agrees = "" if version.label in labels else "; none of them is the version above"
    return [f"decisions of the 24 hours before were judged under {listed}{agrees}"]
