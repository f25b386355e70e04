"""Reconciliation: Security Hub is read again, unit by unit, one request a second, and what was missed is mended.

A walk goes through units, each an account in a Region (an account in all Regions at the first inventory). Where it is
stands in one item; each message does one step, and the next one follows a second later. A message that comes twice, or
late, finds another step there and does nothing; a walk whose message was lost is taken up again by its schedule.

Only what is older than the unit's start is mended: what a page says counts as said at that start, so that whatever has
arrived since wins. What the hub does not list any more is asked for by its id before it is closed here.
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
from bot.flows.ingestion.ocsf_copies import is_copy, missing_of, with_copies
from bot.flows.policy.load import for_presentation
from bot.messages import ReconcileStep, StartReconciliation, send
from bot.sources.read import SourceContext, read
from bot.store import keys, posture
from bot.store.reconciliation import FIRST, NIGHTLY, WEEKLY, Walk, load
from bot.world import World

PAUSE: Final = 1
"""Seconds between two requests: GetFindings allows three a second, and others need it too."""

STUCK: Final = timedelta(minutes=20)
"""After so long without a step the walk's message is taken for lost."""

ASKED_AT_ONCE: Final = 20
MOST_MISSING: Final = 1000
"""Findings of a unit that are closed in one walk; the next one takes the rest."""


def start(message: StartReconciliation, world: World) -> None:
    """Start a walk, unless one is going: one that is stuck is taken up again. Raises Busy, Unknown."""
    known = load(world.table)
    if known and not known.finished:
        if world.clock.now() - keys.parse(known.moved) > STUCK:
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
    """At the first inventory nothing is known of Regions: an account's are read together."""
    return [(account, "") for account in world.hub.accounts()]


def _units(world: World) -> list[tuple[str, str]]:
    units = posture.units(world.table)
    return sorted({(unit.account, unit.region) for unit in units if unit.region != GLOBAL})


def step(message: ReconcileStep, world: World) -> None:
    """Take one step of the walk. Raises Busy, Unknown: then the same step comes again."""
    walk = load(world.table)
    if walk is None or walk.finished or (walk.id, walk.step) != (message.walk_id, message.step):
        return
    after = replace(_PHASES[walk.phase](walk, world), step=walk.step + 1, moved=keys.stamp(world.clock.now()))
    here = (Test("id", "=", walk.id), Test("step", "=", walk.step))
    try:
        world.table.write([Put(_item(after), when=here)])
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


def _begin(walk: Walk, world: World) -> Walk:
    """A unit begins. At night only those are read whose counters are not what a recount says."""
    begun = replace(walk, phase="list", started=keys.stamp(world.clock.now()), token="", pages=0, missing=())
    if walk.kind == NIGHTLY and recount.counts_hold(*walk.unit, world):
        return _next(begun, world)
    return begun


def _list(walk: Walk, world: World) -> Walk:
    """One page. A place in the list that does not hold any more begins the unit again."""
    account, region = walk.unit
    try:
        page, token = world.hub.findings_of(account, region, walk.token)
    except BadInput:
        return replace(walk, phase="begin")
    _mend(with_copies(_observations(page, walk, world), walk.started, world), world)
    seen = keys.seen(walk.pages)
    ids = [str(finding.get("Id")) for finding in page]
    world.table.write([Put({"pk": seen.pk, "sk": seen.sk, "walk": walk.id, "place": walk.place, "ids": ids})])
    read_on = replace(walk, token=token, pages=walk.pages + 1)
    return read_on if token else _compare(read_on, world)


def _observations(page: Sequence[Mapping[str, Any]], walk: Walk, world: World) -> list[Observation]:
    context = SourceContext(arrived=walk.started, rule_controls=for_presentation(world).config_rules)
    return list(read({"Findings": list(page)}, context).observations)


def _mend(observations: Iterable[Observation], world: World) -> None:
    """Raises Conflict when some could not be written, so that the step comes again.

    One whose row cannot be read never could: it costs only itself.
    """
    lost = [key for key in ingest.observe(observations, world) if recount.is_readable(key, world)]
    if lost:
        raise Conflict(f"{len(lost)} findings could not be written")


def _compare(walk: Walk, world: World) -> Walk:
    """The whole list was read: what is stored as active, and was not in it, is asked for by its id."""
    listed = {one for number in range(walk.pages) for one in _seen(number, walk, world)}
    missing = sorted(missing_of((source for _, source in _older(walk, world)), listed))
    if not missing:
        return _next(walk, world)
    return replace(walk, phase="ask", missing=tuple(missing[:MOST_MISSING]))


def _seen(number: int, walk: Walk, world: World) -> list[str]:
    item = world.table.get(keys.seen(number)) or {}
    mine = (item.get("walk"), item.get("place")) == (walk.id, walk.place)
    return list(item["ids"]) if mine else []


def _older(walk: Walk, world: World) -> list[tuple[Finding, SourceState]]:
    """What the hub's own feed has said of the unit before its start, as far as it is not closed."""
    account, region = walk.unit
    regions = [region, GLOBAL] if region else sorted({one.region for one in posture.units(world.table)})
    return [
        (finding, source)
        for one in regions
        for finding in recount.stored(account, one, world)
        for source in finding.sources.values()
        if _is_listed(source, region) and source.arrived < walk.started
    ]


def _is_listed(source: SourceState, region: str) -> bool:
    """Whether GetFindings should list it in this Region: findings on global resources have a Region in their id."""
    if not (source.kind is SourceKind.ASFF or is_copy(source)) or source.status is Status.ARCHIVED:
        return False
    arn = parse_arn(source.finding_id)
    return not region or (arn.region == region if arn else True)


def _ask(walk: Walk, world: World) -> Walk:
    """Ask for a few by id: what the hub has is mended, what it has not is closed."""
    asked, left = walk.missing[:ASKED_AT_ONCE], walk.missing[ASKED_AT_ONCE:]
    found = world.hub.findings_by_id([(one, "") for one in asked])
    mine = [one for one in found if one.get("AwsAccountId") == walk.unit[0]]
    gone = set(asked) - {str(one.get("Id")) for one in mine}
    _mend(with_copies(_observations(mine, walk, world), walk.started, world), world)
    _mend([_closed(*one, walk) for one in _older(walk, world) if one[1].finding_id in gone], world)
    return replace(walk, missing=left) if left else _next(walk, world)


def _closed(finding: Finding, source: SourceState, walk: Walk) -> Observation:
    """What the hub has forgotten is archived, as it would have said itself."""
    ended = replace(source, record_state="ARCHIVED", arrived=walk.started)
    return Observation(finding.resource, finding.control, ended, tags=finding.tags)


def _next(walk: Walk, world: World) -> Walk:
    if walk.place + 1 < len(walk.units):
        return replace(walk, place=walk.place + 1, phase="begin", token="", missing=())
    return replace(walk, finished=keys.stamp(world.clock.now()))


_PHASES: Final = {"begin": _begin, "list": _list, "ask": _ask}


def weekly(world: World) -> None:
    """Have all units reconciled, by the plan function, which alone reads the hub and writes findings."""
    send(StartReconciliation(scope=WEEKLY), world.queues)


def nightly(world: World) -> None:
    """Have those units reconciled whose counters differ from a recount."""
    send(StartReconciliation(scope=NIGHTLY), world.queues)


def take_up(world: World) -> None:
    """Have the first inventory taken right after the deployment, and a walk continued whose message was lost."""
    walk = load(world.table)
    if walk is None or (not walk.finished and world.clock.now() - keys.parse(walk.moved) > STUCK):
        send(StartReconciliation(scope=FIRST), world.queues)
