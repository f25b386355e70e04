"""Move a finding that is stored under one name of its resource to another name of the same resource."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.domain.finding import Finding, Severity, SourceState, Status, kept
from bot.domain.resource import Resource, parse_arn

Sources = Mapping[str, SourceState]


def named(resource: Resource, name: str) -> Resource:
    """Return the same resource under another name."""
    arn = parse_arn(name)
    return replace(resource, id=name, partition=arn.partition if arn else resource.partition)


def told_of(finding: Finding, own: str) -> Sources:
    """Return the sources that name the resource by this internal AWS id."""
    return {name: source for name, source in finding.sources.items() if source.own_id == own}


def without(finding: Finding, sources: Sources) -> Finding:
    """Return the finding without these sources; without any source it has no case and needs no assignment."""
    left = {name: source for name, source in finding.sources.items() if name not in sources}
    after = replace(finding, sources=left, rev=finding.rev + 1)
    if left:
        return after
    return replace(after, case_id="", target_id="", no_card=Status.ARCHIVED.value, placed=after.rev)


def with_these(known: Finding | None, fid: str, resource: Resource, old: Finding, sources: Sources) -> Finding:
    """Return the finding under the resource's name with the sources of `old` added, to be assigned.

    It refers to the old one's target until it has one of its own, which takes over the earlier fixes and decisions.
    """
    if known is None:
        return replace(old, fid=fid, resource=resource, sources=sources, no_card="", rev=1, placed=0)
    return replace(
        known,
        sources=kept({**sources, **known.sources}),
        severity=Severity.worst((known.severity, old.severity)),
        first_seen=min(filter(None, (known.first_seen, old.first_seen)), default=""),
        last_verdict=known.last_verdict or old.last_verdict,
        case_id=known.case_id or old.case_id,
        target_id=known.target_id or old.target_id,
        rev=known.rev + 1,
    )
