"""Store observations of one resource in one finding, also where AWS Config knows it by an internal id, not by ARN."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.finding import Observation
from bot.domain.internal_ids import may_stand_for, own_id
from bot.domain.ports import Call, Key, Write
from bot.domain.renaming import named
from bot.domain.resource import Resource
from bot.domain.target import CaseTarget
from bot.flows.ingestion import rename
from bot.store import aliases, cases, keys
from bot.store.aliases import Alias
from bot.world import World

Pending = Mapping[Key, Sequence[Observation]]
"""Observations by the key of the finding that they are about."""


@dataclass(frozen=True)
class FindingObservations:
    """The observations of one finding, under any of its names; `conditions` fail if the resource has another name."""

    key: Key
    observations: tuple[Observation, ...]
    origins: frozenset[Key]
    conditions: tuple[Write, ...]


def group_by_finding(pending: Pending, world: World) -> list[FindingObservations]:
    """Group observations by the finding that stores them, after storing the names they contain. Raises Conflict."""
    known = _load_aliases(pending, world)
    grouped: dict[Key, list[Observation]] = defaultdict(list)
    origins: dict[Key, set[Key]] = defaultdict(set)
    conditions: dict[Key, dict[Key, Write]] = defaultdict(dict)
    for origin, observations in pending.items():
        alias = known.get(aliases.key_of(observations[0].resource))
        renamed = [_with_current_name(one, alias) for one in observations]
        key = finding_key(renamed[0])
        grouped[key] += renamed
        origins[key].add(origin)
        if alias:
            control = renamed[0].control
            conditions[key][alias.key] = aliases.stored_at(alias, control, renamed[0].resource.id)
    return [
        FindingObservations(key, tuple(observations), frozenset(origins[key]), tuple(conditions[key].values()))
        for key, observations in grouped.items()
    ]


def finding_key(observation: Observation) -> Key:
    resource = observation.resource
    return keys.finding(resource.account, resource.region, observation.fid)


def _with_current_name(observation: Observation, alias: Alias | None) -> Observation:
    if alias is None:
        return observation
    home = alias.homes.get(observation.control, alias.current)
    return replace(observation, resource=named(observation.resource, home))


def _load_aliases(pending: Pending, world: World) -> dict[Key, Alias]:
    """Return the aliases of these resources, with new names stored and findings moved to where the name is."""
    observed = [one for observations in pending.values() for one in observations]
    naming = {aliases.key_of(_by_internal_id(one)): one for one in sorted(observed, key=_updated_at) if one.also}
    wanted = [one.resource for one in observed if own_id(one.resource)] + [
        _by_internal_id(one) for one in naming.values()
    ]
    known = aliases.load_aliases(world.table, wanted)
    for key, one in naming.items():
        known[key] = _record_name(known[key], one.resource.id, one.source.updated, world)
    return {key: _move_findings(alias, world) for key, alias in known.items()}


def _updated_at(observation: Observation) -> str:
    return observation.source.updated


def _by_internal_id(observation: Observation) -> Resource:
    return replace(observation.resource, id=observation.also)


def _record_name(alias: Alias, name: str, at: str, world: World) -> Alias:
    """Return the alias with this name, unless a later observation has given it another."""
    if name == alias.name or (alias.name and at <= alias.named_at):
        return alias
    renamed, write = aliases.called(alias, name, at)
    world.table.write([write])
    return renamed


def _move_findings(alias: Alias, world: World, calls: Sequence[str] = ()) -> Alias:
    return rename.move_findings(alias, world, calls) if alias.name and (alias.strays or alias.unplaced) else alias


def record_name_and_move(target: CaseTarget, name: str, calls: Iterable[Call], world: World) -> bool:
    """Record the name of a target's resource, which these calls have read in its account, and move its findings.

    Return True if the target has no findings left: the resource's target by its name replaces it. Raises Conflict.
    """
    own = own_id(target.resource)
    if not own or not may_stand_for(own, named(target.resource, name)):
        return False
    (alias,) = aliases.load_aliases(world.table, [target.resource]).values()
    _move_findings(_record_name(alias, name, keys.stamp(world.clock.now()), world), world, tuple(map(str, calls)))
    now = cases.load_target(world.table, target.case_id, target.target_id)
    return now is None or not now.findings


def resume_move(resource: Resource, world: World) -> None:
    """Assign the findings that were moved to this resource's name and are not assigned yet. Raises Conflict."""
    for alias in aliases.load_aliases(world.table, [resource]).values() if own_id(resource) else ():
        _move_findings(alias, world)
