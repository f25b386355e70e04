"""The policy and groups of an earlier day: from AppConfig's list of deployments, and from stored decisions.

A group can change between two decisions, so the notes name the decision that each group's members are from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from bot.cli.access.people import UnresolvedDirectory
from bot.cli.policy.store import COMPLETE, IN_PROGRESS, PolicyStore, Rollout, Version
from bot.domain.errors import Unknown
from bot.domain.policy import Policy
from bot.domain.ports import Item, Table
from bot.store import audit_text, keys

LOOK_BACK: Final = timedelta(days=30)
"""Period before the day in which decisions are searched for members of groups."""


class GroupsInDecisions(UnresolvedDirectory):
    """Groups as stored by the last decision before the day; which members were guests is unknown."""

    def __init__(self, when: datetime, entries: list[Item]) -> None:
        super().__init__(f"no decision in the {LOOK_BACK.days} days before has stored its members")
        self._groups: dict[str, tuple[str, list[str]]] = {}
        for entry in entries:
            members: Mapping[str, Any] = entry.get("grounds", {}).get("members", {})
            self._groups |= {group: (str(entry["at"]), sorted(people)) for group, people in members.items()}
        self.notes = [
            "groups: members as the last decision before has stored them; guests among them could not decide",
            *(f"  {group}: by the decision at {at}" for group, (at, _) in sorted(self._groups.items())),
            f"what changed in Slack between that decision and {keys.stamp(when)} is not known",
        ]

    def members(self, group: str) -> list[str] | None:
        return self._groups[group][1] if group in self._groups else None


def policy_at(when: datetime, store: PolicyStore, table: Table) -> tuple[Policy, GroupsInDecisions, list[str]]:
    """Return the policy at a time, its groups, and notes on what is known. Raises Unknown without a policy."""
    rollouts = store.rollouts()
    then = rollout_at(when, rollouts)
    version = store.version(then.version)
    entries = list(audit_text.between(table, when - LOOK_BACK, when))
    people = GroupsInDecisions(when, entries)
    notes = [f"what is known of {keys.stamp(when)}", rollout_note(then, version), *concurrent_rollouts(when, rollouts)]
    return version.policy(), people, [*notes, *_decision_versions(when, version, entries), *people.notes]


def rollout_at(when: datetime, rollouts: list[Rollout]) -> Rollout:
    """Return the newest rollout complete by then, else the first one started. Raises Unknown if there is neither."""
    complete = [one for one in rollouts if one.state == COMPLETE and one.completed and one.completed <= when]
    started = [one for one in rollouts if one.state in {COMPLETE, *IN_PROGRESS} and one.started and one.started <= when]
    if not complete and not started:
        raise Unknown(
            f"which policy was in force at {keys.stamp(when)} is not known: "
            "AppConfig lists no deployment that had begun by then"
        )
    return complete[0] if complete else started[-1]


def rollout_note(then: Rollout, version: Version) -> str:
    completed = f", complete at {keys.stamp(then.completed)}" if then.completed else ""
    return f"policy: version {version.number} ({version.label}) by AppConfig's deployment {then.number}{completed}"


def concurrent_rollouts(when: datetime, rollouts: list[Rollout]) -> list[str]:
    """Return notes on rollouts in progress at that time: functions could have either version."""
    in_progress = [
        one
        for one in rollouts
        if one.started
        and one.started <= when
        and (one.state in IN_PROGRESS or (one.completed and one.completed > when))
    ]
    return [
        f"deployment {one.number} of version {one.version} was being rolled out (now {one.state}): "
        "functions may have had that version already"
        for one in in_progress
    ]


def _decision_versions(when: datetime, version: Version, entries: list[Item]) -> list[str]:
    """Return a cross-check: the policy versions that decisions of that day have stored."""
    since = keys.stamp(when - timedelta(days=1))
    labels = Counter(str(one["policy"]) for one in entries if one.get("policy") and one["at"] >= since)
    if not labels:
        return ["no decision of the 24 hours before says under which version it was judged"]
    listed = ", ".join(f"{label} ({number})" for label, number in labels.most_common())
    mismatch = "" if version.label in labels else "; none of them is the version above"
    return [f"decisions of the 24 hours before were judged under {listed}{mismatch}"]
