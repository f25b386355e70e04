"""Ingest events: update findings, counters and targets. Batches are reduced first, so that a storm costs few writes."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.data.controls import control_severity
from bot.domain.errors import Conflict, TooLarge
from bot.domain.finding import Finding, Observation, Order, fold, order
from bot.domain.policy import Policy
from bot.domain.ports import Key
from bot.flows.ingestion import aliases, assign
from bot.flows.ingestion.aliases import FindingObservations
from bot.flows.policy.load import for_presentation
from bot.messages import RecheckFinding, send
from bot.sources.read import Reading, SourceContext, read
from bot.store import findings as stored
from bot.store import keys
from bot.store.items import UNREADABLE
from bot.world import World

PACK = 25
"""Findings per transaction: with two counter rows, three for each Region, and aliases, under DynamoDB's limit of 100
items. A pack that exceeds it (25 Regions) is halved.
"""

MAX_TRIES = 8

Pending = dict[Key, list[Observation]]


def ingest(messages: Sequence[tuple[str, str]], world: World) -> frozenset[str]:
    """Store a batch of (message id, body). Return the ids of messages that could not be stored, to be retried.

    A message that cannot be parsed fails too, and so ends in the dead-letter queue, which has an alarm.
    """
    pending: Pending = defaultdict(list)
    message_ids: dict[Key, set[str]] = defaultdict(set)
    failed = set()
    for message_id, body in messages:
        reading = _read(body, world)
        if reading is None or reading.rejected:
            failed.add(message_id)
        for observation in reading.observations if reading else ():
            key = aliases.finding_key(observation)
            pending[key].append(observation)
            message_ids[key].add(message_id)
    failed_keys = record(pending, world)
    return frozenset(failed.union(*(message_ids[key] for key in failed_keys)))


def _read(body: str, world: World) -> Reading | None:
    try:
        document = json.loads(body)
    except ValueError:
        return None
    return read_event(document, world)


def read_event(document: Any, world: World) -> Reading:
    """Return the observations in an event, with AWS Config rules mapped to controls by the policy."""
    now = keys.stamp(world.clock.now())
    return read(document, SourceContext(arrived=now, rule_controls=for_presentation(world).config_rules))


def record(pending: Mapping[Key, list[Observation]], world: World) -> set[Key]:
    """Store observations and assign their findings. Return the keys of findings that could not be written."""
    failed_keys: set[Key] = set()
    for pack in _packs(pending):
        failed_keys |= _store_pack(pack, world)
    return failed_keys


def observe(observations: Iterable[Observation], world: World) -> set[Key]:
    """Store observations that did not arrive in a batch of messages. Return as `record` does."""
    pending: Pending = defaultdict(list)
    for observation in observations:
        pending[aliases.finding_key(observation)].append(observation)
    return record(pending, world)


def _packs(pending: Mapping[Key, list[Observation]]) -> list[Pending]:
    """Group by account and control, so that one transaction touches few counter rows."""
    groups: dict[tuple[str, str], list[Key]] = defaultdict(list)
    for key, observations in pending.items():
        groups[observations[0].resource.account, observations[0].control].append(key)
    return [
        {key: pending[key] for key in group[start : start + PACK]}
        for group in groups.values()
        for start in range(0, len(group), PACK)
    ]


def _store_pack(pack: Pending, world: World, tries: int = 0) -> set[Key]:
    """Write a pack, or its halves after a conflicting write: in the end only the finding with the conflict fails.

    The same holds for a finding whose row cannot be read.
    """
    try:
        grouped = aliases.group_by_finding(pack, world)
        after = _store(grouped, world)
    except (Conflict, TooLarge, *UNREADABLE):
        if tries >= MAX_TRIES:
            return set(pack)
        return set().union(*(_store_pack(half, world, tries + 1) for half in _halves(pack)))
    return _assign(grouped, after, world)


def _store(grouped: Sequence[FindingObservations], world: World) -> list[Finding]:
    """Update the findings and return them as stored. Raises Conflict, TooLarge."""
    known = stored.load_findings(world.table, [one.key for one in grouped])
    policy = for_presentation(world)
    moves = [
        (known.get(one.key.sk), _fold_all(known.get(one.key.sk), one.observations, policy, world)) for one in grouped
    ]
    changed = [number for number, (before, after) in enumerate(moves) if before is None or after.rev != before.rev]
    if changed:
        conditions = [condition for number in changed for condition in grouped[number].conditions]
        world.table.write([*stored.writes([moves[number] for number in changed]), *conditions])
    return [after for _, after in moves]


def _halves(pack: Pending) -> list[Pending]:
    entries = list(pack.items())
    middle = (len(entries) + 1) // 2
    return [dict(half) for half in (entries[:middle], entries[middle:]) if half]


def _assign(grouped: Sequence[FindingObservations], after: list[Finding], world: World) -> set[Key]:
    failed_keys: set[Key] = set()
    for one, finding in zip(grouped, after, strict=True):
        if finding.placed == finding.rev:
            continue
        try:
            assign.assign_to_case(finding, world)
        except (Conflict, *UNREADABLE):
            failed_keys |= one.origins
    return failed_keys


def _fold_all(known: Finding | None, observations: Sequence[Observation], policy: Policy, world: World) -> Finding:
    """Fold observations into the finding, oldest first. One that has no case and opens none needs no assignment."""
    finding = known
    for observation in sorted(observations, key=lambda one: (one.source.updated, one.source.arrived)):
        finding = _fold_one(finding, observation, world)
    if finding is None or (known and finding.rev == known.rev):
        return known or _never()
    updated = replace(finding, rev=(known.rev if known else 0) + 1)
    reason = "" if updated.case_id else assign.no_card_reason(updated, policy)
    return replace(updated, no_card=reason, placed=updated.rev if reason else updated.placed)


def _fold_one(finding: Finding | None, observation: Observation, world: World) -> Finding | None:
    old = finding.sources.get(observation.source.id) if finding else None
    match order(observation.source, old):
        case Order.NEWER:
            severity = control_severity(observation, finding.severity if finding else None)
            return fold(observation, finding, severity)
        case Order.TIE:
            _recheck(observation, world)
    return finding


def _never() -> Finding:
    raise AssertionError("a finding without an observation")


def _recheck(observation: Observation, world: World) -> None:
    """Request the state from Security Hub: two updates of one source have the same time, and may differ."""
    detail = observation.detail
    if detail.get("finding_id") and detail.get("product_arn"):
        recheck = RecheckFinding(finding_id=detail["finding_id"], product_arn=detail["product_arn"])
        send(recheck, world.queues)
