"""Events → findings and counters → targets. The batch is reduced first, so that a storm costs few writes."""

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
from bot.flows.ingestion.aliases import Homed
from bot.flows.policy.load import for_presentation
from bot.messages import RecheckFinding, send
from bot.sources.read import Reading, SourceContext, read
from bot.store import findings as stored
from bot.store import keys
from bot.store.items import UNREADABLE
from bot.world import World

PACK = 25
"""Findings a transaction: with two counter rows, three for each Region, and aliases, under DynamoDB's 100 items. A pack
that is over it all the same (25 Regions) is halved.
"""

MAX_TRIES = 8

Pending = dict[Key, list[Observation]]


def ingest(messages: Sequence[tuple[str, str]], world: World) -> frozenset[str]:
    """Store what a batch of (message id, body) says. Returns the ids that could not be stored, to be sent again.

    A message that cannot be read fails too, and so ends in the dead-letter queue, where an alarm tells people.
    """
    pending: Pending = defaultdict(list)
    carriers: dict[Key, set[str]] = defaultdict(set)
    failed = set()
    for message_id, body in messages:
        reading = _read(body, world)
        if reading is None or reading.rejected:
            failed.add(message_id)
        for observation in reading.observations if reading else ():
            key = aliases.where(observation)
            pending[key].append(observation)
            carriers[key].add(message_id)
    lost = record(pending, world)
    return frozenset(failed.union(*(carriers[key] for key in lost)))


def _read(body: str, world: World) -> Reading | None:
    try:
        document = json.loads(body)
    except ValueError:
        return None
    return read_event(document, world)


def read_event(document: Any, world: World) -> Reading:
    """The observations in an event, as the policy maps rules to controls."""
    now = keys.stamp(world.clock.now())
    return read(document, SourceContext(arrived=now, rule_controls=for_presentation(world).config_rules))


def record(pending: Mapping[Key, list[Observation]], world: World) -> set[Key]:
    """Store these observations and place what they open. Returns the findings that could not be written."""
    lost: set[Key] = set()
    for pack in _packs(pending):
        lost |= _commit(pack, world)
    return lost


def observe(observations: Iterable[Observation], world: World) -> set[Key]:
    """`record`, for observations that did not come in a batch of messages."""
    pending: Pending = defaultdict(list)
    for observation in observations:
        pending[aliases.where(observation)].append(observation)
    return record(pending, world)


def _packs(pending: Mapping[Key, list[Observation]]) -> list[Pending]:
    """By account and control, so that one transaction touches few counter rows."""
    groups: dict[tuple[str, str], list[Key]] = defaultdict(list)
    for key, observations in pending.items():
        groups[observations[0].resource.account, observations[0].control].append(key)
    return [
        {key: pending[key] for key in group[start : start + PACK]}
        for group in groups.values()
        for start in range(0, len(group), PACK)
    ]


def _commit(pack: Pending, world: World, tries: int = 0) -> set[Key]:
    """Write a pack; when somebody wrote in between, its halves; in the end each finding alone costs only itself.

    So does one whose row cannot be read.
    """
    try:
        homed = aliases.at_home(pack, world)
        after = _stored(homed, world)
    except (Conflict, TooLarge, *UNREADABLE):
        if tries >= MAX_TRIES:
            return set(pack)
        return set().union(*(_commit(half, world, tries + 1) for half in _halves(pack)))
    return _place(homed, after, world)


def _stored(homed: Sequence[Homed], world: World) -> list[Finding]:
    """The findings after what was said of them, as they are stored now. Raises Conflict, TooLarge."""
    known = stored.load_findings(world.table, [one.key for one in homed])
    policy = for_presentation(world)
    moves = [(known.get(one.key.sk), _after(known.get(one.key.sk), one.said, policy, world)) for one in homed]
    changed = [number for number, (before, after) in enumerate(moves) if before is None or after.rev != before.rev]
    if changed:
        holds = [hold for number in changed for hold in homed[number].holds]
        world.table.write([*stored.writes([moves[number] for number in changed]), *holds])
    return [after for _, after in moves]


def _halves(pack: Pending) -> list[Pending]:
    together = list(pack.items())
    middle = (len(together) + 1) // 2
    return [dict(half) for half in (together[:middle], together[middle:]) if half]


def _place(homed: Sequence[Homed], after: list[Finding], world: World) -> set[Key]:
    lost: set[Key] = set()
    for one, finding in zip(homed, after, strict=True):
        if finding.placed == finding.rev:
            continue
        try:
            assign.place(finding, world)
        except (Conflict, *UNREADABLE):
            lost |= one.origins
    return lost


def _after(known: Finding | None, said: Sequence[Observation], policy: Policy, world: World) -> Finding:
    """The finding after all that was said of it, oldest first; settled at once if it is of no case and opens none."""
    finding = known
    for observation in sorted(said, key=lambda one: (one.source.updated, one.source.arrived)):
        finding = _heard(finding, observation, world)
    if finding is None or (known and finding.rev == known.rev):
        return known or _never()
    once = replace(finding, rev=(known.rev if known else 0) + 1)
    reason = "" if once.case_id else assign.no_card(once, policy)
    return replace(once, no_card=reason, placed=once.rev if reason else once.placed)


def _heard(finding: Finding | None, observation: Observation, world: World) -> Finding | None:
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
    """Two words of one source at the same moment: only Security Hub can say which holds."""
    detail = observation.detail
    if detail.get("finding_id") and detail.get("product_arn"):
        recheck = RecheckFinding(finding_id=detail["finding_id"], product_arn=detail["product_arn"])
        send(recheck, world.queues)
