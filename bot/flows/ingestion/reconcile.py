"""Reconcile stored findings with Security Hub, unit by unit, one request a second.

A walk goes through units, each an account in a Region (an account in all Regions at the first inventory). One item
stores its position; each message does one step, and the next one follows a second later. A message that arrives twice,
or late, does not match the stored step and does nothing; the schedule resumes a walk whose message was lost.

Only state older than the unit's start is updated: the findings of a page count as observed at that start, so that
every later update wins. What Security Hub no longer lists is requested by its id before it is closed here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any, Final

from bot.domain.errors import BadInput, Conflict
from bot.domain.finding import Finding, Observation, SourceKind, SourceState, Status
from bot.domain.ports import ABSENT_ITEM, Item, Put, Test
from bot.domain.resource import GLOBAL, parse_arn
from bot.flows.ingestion import ingest, recount
from bot.flows.ingestion.ocsf_copies import is_copy, unlisted_ids, with_copies
from bot.flows.policy.load import for_presentation
from bot.messages import ReconcileStep, StartReconciliation, send
from bot.sources.read import SourceContext, read
from bot.store import keys, posture
from bot.store.reconciliation import FIRST, NIGHTLY, WEEKLY, Walk, load
from bot.world import World

PAUSE: Final = 1
"""Seconds between two requests: GetFindings allows three a second, which other work shares."""

STALLED_AFTER: Final = timedelta(minutes=20)
"""After this time without a step the walk's message counts as lost."""

IDS_PER_REQUEST: Final = 20
MAX_MISSING: Final = 1000
"""Findings of a unit that are closed in one walk; the next walk closes the rest."""


def start(message: StartReconciliation, world: World) -> None:
    """Start a walk, unless one is in progress; resume one that has stalled. Raises Busy, Unknown."""
    known = load(world.table)
    if known and not known.finished:
        if world.clock.now() - keys.parse(known.moved) > STALLED_AFTER:
            _next_step(known, world, delay=0)
        return
    first = known is None
    units = _accounts(world) if first else _units(world)
    if not units:
        return
    now = keys.stamp(world.clock.now())
    walk = Walk(world.ids.ulid(), FIRST if first else message.scope, tuple(units), moved=now)
    unchanged = (Test("id", "=", known.id),) if known else ABSENT_ITEM
    listed = Put({"pk": keys.walk_units().pk, "sk": keys.walk_units().sk, "units": [list(unit) for unit in units]})
    try:
        world.table.write([Put(_item(walk), when=unchanged), listed])
    except Conflict:
        return
    _next_step(walk, world, delay=0)


def _accounts(world: World) -> list[tuple[str, str]]:
    """At the first inventory no Regions are known, so each account is read in all of them together."""
    return [(account, "") for account in world.hub.accounts()]


def _units(world: World) -> list[tuple[str, str]]:
    units = posture.units(world.table)
    return sorted({(unit.account, unit.region) for unit in units if unit.region != GLOBAL})


def step(message: ReconcileStep, world: World) -> None:
    """Take one step of the walk. Raises Busy, Unknown: then the same step is retried."""
    walk = load(world.table)
    if walk is None or walk.finished or (walk.id, walk.step) != (message.walk_id, message.step):
        return
    after = replace(_PHASES[walk.phase](walk, world), step=walk.step + 1, moved=keys.stamp(world.clock.now()))
    unchanged = (Test("id", "=", walk.id), Test("step", "=", walk.step))
    try:
        world.table.write([Put(_item(after), when=unchanged)])
    except Conflict:
        return
    if not after.finished:
        _next_step(after, world, delay=PAUSE)


def _next_step(walk: Walk, world: World, delay: int) -> None:
    send(ReconcileStep(walk_id=walk.id, step=walk.step), world.queues, delay=delay)


def _item(walk: Walk) -> Item:
    key = keys.walk()
    fields = {name: value for name, value in asdict(walk).items() if name != "units"}
    return fields | {"missing": list(walk.missing), "pk": key.pk, "sk": key.sk}


def _begin_unit(walk: Walk, world: World) -> Walk:
    """Begin a unit. At night only units whose counters differ from a recount are read."""
    begun = replace(walk, phase="list", started=keys.stamp(world.clock.now()), token="", pages=0, missing=())
    if walk.kind == NIGHTLY and recount.counters_match(*walk.unit, world):
        return _next_unit(begun, world)
    return begun


def _list_page(walk: Walk, world: World) -> Walk:
    """Read one page. An expired page token begins the unit again."""
    account, region = walk.unit
    try:
        page, token = world.hub.findings_of(account, region, walk.token)
    except BadInput:
        return replace(walk, phase="begin")
    _store(with_copies(_observations(page, walk, world), walk.started, world), world)
    seen = keys.seen(walk.pages)
    ids = [str(finding.get("Id")) for finding in page]
    world.table.write([Put({"pk": seen.pk, "sk": seen.sk, "walk": walk.id, "place": walk.place, "ids": ids})])
    after_page = replace(walk, token=token, pages=walk.pages + 1)
    return after_page if token else _compare(after_page, world)


def _observations(page: Sequence[Mapping[str, Any]], walk: Walk, world: World) -> list[Observation]:
    context = SourceContext(arrived=walk.started, rule_controls=for_presentation(world).config_rules)
    return list(read({"Findings": list(page)}, context).observations)


def _store(observations: Iterable[Observation], world: World) -> None:
    """Raises Conflict when some could not be written, so that the step is retried.

    Findings whose rows cannot be read are left out: a retry would not help.
    """
    failed = [key for key in ingest.observe(observations, world) if recount.is_readable(key, world)]
    if failed:
        raise Conflict(f"{len(failed)} findings could not be written")


def _compare(walk: Walk, world: World) -> Walk:
    """Compare the complete list with the store: active findings that it lacks are then requested by id."""
    listed = {one for number in range(walk.pages) for one in _listed_ids(number, walk, world)}
    missing = sorted(unlisted_ids((source for _, source in _sources_before_start(walk, world)), listed))
    if not missing:
        return _next_unit(walk, world)
    return replace(walk, phase="ask", missing=tuple(missing[:MAX_MISSING]))


def _listed_ids(number: int, walk: Walk, world: World) -> list[str]:
    item = world.table.get(keys.seen(number)) or {}
    matches = (item.get("walk"), item.get("place")) == (walk.id, walk.place)
    return list(item["ids"]) if matches else []


def _sources_before_start(walk: Walk, world: World) -> list[tuple[Finding, SourceState]]:
    """Return the unit's open Security Hub sources that were last updated before its start."""
    account, region = walk.unit
    regions = [region, GLOBAL] if region else sorted({one.region for one in posture.units(world.table)})
    return [
        (finding, source)
        for one in regions
        for finding in recount.readable_findings(account, one, world)
        for source in finding.sources.values()
        if _should_be_listed(source, region) and source.arrived < walk.started
    ]


def _should_be_listed(source: SourceState, region: str) -> bool:
    """Return whether GetFindings lists it in this Region: findings on global resources have a Region in their id."""
    if not (source.kind is SourceKind.ASFF or is_copy(source)) or source.status is Status.ARCHIVED:
        return False
    arn = parse_arn(source.finding_id)
    return not region or (arn.region == region if arn else True)


def _check_missing(walk: Walk, world: World) -> Walk:
    """Request some by id: update those that Security Hub has, and close the others."""
    requested, remaining = walk.missing[:IDS_PER_REQUEST], walk.missing[IDS_PER_REQUEST:]
    found = world.hub.findings_by_id([(one, "") for one in requested])
    of_account = [one for one in found if one.get("AwsAccountId") == walk.unit[0]]
    gone = set(requested) - {str(one.get("Id")) for one in of_account}
    _store(with_copies(_observations(of_account, walk, world), walk.started, world), world)
    _store([_closed(*one, walk) for one in _sources_before_start(walk, world) if one[1].finding_id in gone], world)
    return replace(walk, missing=remaining) if remaining else _next_unit(walk, world)


def _closed(finding: Finding, source: SourceState, walk: Walk) -> Observation:
    """Return the source as archived, which is the state Security Hub gives a finding before it deletes it."""
    ended = replace(source, record_state="ARCHIVED", arrived=walk.started)
    return Observation(finding.resource, finding.control, ended, tags=finding.tags)


def _next_unit(walk: Walk, world: World) -> Walk:
    if walk.place + 1 < len(walk.units):
        return replace(walk, place=walk.place + 1, phase="begin", token="", missing=())
    return replace(walk, finished=keys.stamp(world.clock.now()))


_PHASES: Final = {"begin": _begin_unit, "list": _list_page, "ask": _check_missing}


def weekly(world: World) -> None:
    """Request reconciliation of all units: only the plan function both reads Security Hub and writes findings."""
    send(StartReconciliation(scope=WEEKLY), world.queues)


def nightly(world: World) -> None:
    """Request reconciliation of the units whose counters differ from a recount."""
    send(StartReconciliation(scope=NIGHTLY), world.queues)


def resume(world: World) -> None:
    """Request the first inventory after the deployment, or the next step of a walk whose message was lost."""
    walk = load(world.table)
    if walk is None or (not walk.finished and world.clock.now() - keys.parse(walk.moved) > STALLED_AFTER):
        send(StartReconciliation(scope=FIRST), world.queues)
