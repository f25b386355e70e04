"""The OCSF copies of Security Hub CSPM's findings, brought along when those are reconciled.

GetFindings lists ASFF only. The copy of a finding has its Id as finding_info.uid, so what the hub says of that Id holds
for the copy as well. Threats that come in OCSF alone (GuardDuty, Inspector) have Ids of their own services, which this
list need not have: nothing is concluded of them from their absence.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from bot.domain.finding import Observation, SourceKind, SourceState
from bot.domain.ports import Key
from bot.domain.resource import parse_arn
from bot.store import findings, keys
from bot.world import World


def is_copy(source: SourceState) -> bool:
    """Whether this is the OCSF copy of a finding that Security Hub CSPM has itself, by its Id."""
    arn = parse_arn(source.finding_id)
    return source.kind is SourceKind.OCSF and arn is not None and arn.service == "securityhub"


def missing_of(sources: Iterable[SourceState], listed: Collection[str]) -> set[str]:
    """The ids that the hub does not list; those that only copies have count where some copy's id is on the list.

    That shows that here the hub lists what the copies are of, by the same ids; without it, their absence says nothing.
    """
    several = list(sources)
    if any(is_copy(source) and source.finding_id in listed for source in several):
        return {source.finding_id for source in several} - set(listed)
    return {source.finding_id for source in several if not is_copy(source)} - set(listed)


def with_copies(said: Sequence[Observation], started: str, world: World) -> Iterator[Observation]:
    """These observations, each followed by the same of the copies that have said nothing since `started`."""
    known = findings.load_readable(world.table, map(_key, said))
    for one in said:
        yield one
        finding = known.get(one.fid)
        for source in finding.sources.values() if finding else ():
            same = source.kind is SourceKind.OCSF and source.finding_id == one.source.finding_id
            if same and source.arrived < started:
                yield replace(one, source=_told(source, one.source))


def _key(observation: Observation) -> Key:
    where = observation.resource
    return keys.finding(where.account, where.region, observation.fid)


def _told(copy: SourceState, original: SourceState) -> SourceState:
    """The copy with the original's words. It is later than all that the copy has said, which was before the list."""
    return replace(
        copy,
        verdict=original.verdict,
        workflow=original.workflow,
        record_state=original.record_state,
        updated=max(copy.updated, original.updated),
        arrived=original.arrived,
    )
