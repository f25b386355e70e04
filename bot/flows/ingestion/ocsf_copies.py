"""Reconcile the OCSF copies of Security Hub CSPM's findings together with their originals.

GetFindings lists ASFF only. The copy of a finding has its Id as finding_info.uid, so the state listed for that Id is
valid for the copy as well. Threats that arrive in OCSF alone (GuardDuty, Inspector) have ids of their own services,
which this list need not contain: their absence proves nothing.
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
    """Return whether this is the OCSF copy of a Security Hub CSPM finding, by the service in its Id."""
    arn = parse_arn(source.finding_id)
    return source.kind is SourceKind.OCSF and arn is not None and arn.service == "securityhub"


def unlisted_ids(sources: Iterable[SourceState], listed: Collection[str]) -> set[str]:
    """Return the ids that Security Hub does not list; ids of copies alone only if the id of some copy is listed.

    A listed copy shows that the originals are listed here by the same ids; otherwise their absence proves nothing.
    """
    known = list(sources)
    if any(is_copy(source) and source.finding_id in listed for source in known):
        return {source.finding_id for source in known} - set(listed)
    return {source.finding_id for source in known if not is_copy(source)} - set(listed)


def with_copies(observations: Sequence[Observation], started: str, world: World) -> Iterator[Observation]:
    """Yield these observations, each followed by one for each of its copies without an update since `started`."""
    known = findings.load_readable(world.table, map(_key, observations))
    for one in observations:
        yield one
        finding = known.get(one.fid)
        for source in finding.sources.values() if finding else ():
            same = source.kind is SourceKind.OCSF and source.finding_id == one.source.finding_id
            if same and source.arrived < started:
                yield replace(one, source=_with_state_of(source, one.source))


def _key(observation: Observation) -> Key:
    where = observation.resource
    return keys.finding(where.account, where.region, observation.fid)


def _with_state_of(copy: SourceState, original: SourceState) -> SourceState:
    """Return the copy with the original's state, at no earlier time than the copy's last update."""
    return replace(
        copy,
        verdict=original.verdict,
        workflow=original.workflow,
        record_state=original.record_state,
        updated=max(copy.updated, original.updated),
        arrived=original.arrived,
    )
