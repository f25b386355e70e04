"""All arrivals of one problem as one finding: what AWS Config knows by an id of AWS's own has a name, too."""

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
"""What was said, by the finding that it was said of."""


@dataclass(frozen=True)
class Homed:
    """What was said of one finding, under whichever names, and the writes that hold only where that is still so."""

    key: Key
    said: tuple[Observation, ...]
    origins: frozenset[Key]
    holds: tuple[Write, ...]


def at_home(pack: Pending, world: World) -> list[Homed]:
    """What was said, by where it is to be stored. Names that it tells are learned first. Raises Conflict."""
    known = _learned(pack, world)
    said: dict[Key, list[Observation]] = defaultdict(list)
    origins: dict[Key, set[Key]] = defaultdict(set)
    holds: dict[Key, dict[Key, Write]] = defaultdict(dict)
    for origin, observations in pack.items():
        alias = known.get(aliases.key_of(observations[0].resource))
        there = [_renamed(one, alias) for one in observations]
        key = where(there[0])
        said[key] += there
        origins[key].add(origin)
        if alias:
            control = there[0].control
            holds[key][alias.key] = aliases.stored_at(alias, control, there[0].resource.id)
    return [
        Homed(key, tuple(several), frozenset(origins[key]), tuple(holds[key].values())) for key, several in said.items()
    ]


def where(observation: Observation) -> Key:
    """Where the finding is stored that this is about."""
    resource = observation.resource
    return keys.finding(resource.account, resource.region, observation.fid)


def _renamed(observation: Observation, alias: Alias | None) -> Observation:
    if alias is None:
        return observation
    home = alias.homes.get(observation.control, alias.current)
    return replace(observation, resource=named(observation.resource, home))


def _learned(pack: Pending, world: World) -> dict[Key, Alias]:
    """The aliases that this is about, after what it tells of names, and with what was stored elsewhere brought home."""
    every = [one for observations in pack.values() for one in observations]
    tellers = {aliases.key_of(_own(one)): one for one in sorted(every, key=_age) if one.also}
    wanted = [one.resource for one in every if own_id(one.resource)] + [_own(one) for one in tellers.values()]
    known = aliases.load_aliases(world.table, wanted)
    for key, one in tellers.items():
        known[key] = _called(known[key], one.resource.id, one.source.updated, world)
    return {key: _tidy(alias, world) for key, alias in known.items()}


def _age(observation: Observation) -> str:
    return observation.source.updated


def _own(observation: Observation) -> Resource:
    return replace(observation.resource, id=observation.also)


def _called(alias: Alias, name: str, at: str, world: World) -> Alias:
    """The alias with this name, unless a later word has given it another."""
    if name == alias.name or (alias.name and at <= alias.named_at):
        return alias
    after, write = aliases.called(alias, name, at)
    world.table.write([write])
    return after


def _tidy(alias: Alias, world: World, calls: Sequence[str] = ()) -> Alias:
    return rename.bring_home(alias, world, calls) if alias.name and (alias.strays or alias.unplaced) else alias


def goes_by_name(target: CaseTarget, name: str, calls: Iterable[Call], world: World) -> bool:
    """Learn the name that the account itself has for a target's resource, read by these calls.

    Whether the target is over with that: the resource's target by its name takes its place. Raises Conflict.
    """
    own = own_id(target.resource)
    if not own or not may_stand_for(own, named(target.resource, name)):
        return False
    (alias,) = aliases.load_aliases(world.table, [target.resource]).values()
    _tidy(_called(alias, name, keys.stamp(world.clock.now()), world), world, tuple(map(str, calls)))
    now = cases.load_target(world.table, target.case_id, target.target_id)
    return now is None or not now.findings


def finish(resource: Resource, world: World) -> None:
    """Place what was moved to where this resource's name is and could not be placed at once. Raises Conflict."""
    for alias in aliases.load_aliases(world.table, [resource]).values() if own_id(resource) else ():
        _tidy(alias, world)
