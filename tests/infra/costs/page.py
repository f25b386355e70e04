"""`infra/docs/costs.md` from what was measured. `make docs` writes it; a test fails when it is stale."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from infra.local.translate import ROOT
from tests.infra.costs import month
from tests.infra.costs.meter import By, Work
from tests.infra.costs.month import SIZES, Organisation, quantities, times
from tests.infra.costs.prices import PRICES, SINCE

PAGE: Final = ROOT / "infra" / "docs" / "costs.md"
MOST: Final = 4

_HEAD: Final = """\
# What it costs

A month of the bot itself, on AWS, for organisations of three sizes. `make docs` writes this page: it counts the
requests that the bot's own code makes for each thing that happens, and multiplies. Nothing of it was read off a bill:
what AWS will ask may differ, most of all where an assumption below does not hold for you.

AWS Security Hub and AWS Config are not in it. They cost more than the bot (Security Hub about $0.001 a check), and you
pay for them with or without it.
"""

_UNITS: Final = {
    "writes": "table writes",
    "reads": "table reads",
    "messages": "messages",
    "fifo_messages": "FIFO messages",
    "slack_calls": "calls of Slack",
    "account_calls": "calls in the account",
    "records": "audit records",
}


def page() -> str:
    """The whole page."""
    return "\n".join(
        [
            _HEAD,
            *_bill(),
            *_dominates(),
            *_measured(),
            *_often(),
            *_assumed(),
        ]
    )


def dollars(name: str, quantity: float) -> float:
    """What a quantity costs."""
    price = PRICES[name]
    return quantity * price.dollars / price.per


def _bill() -> Iterable[str]:
    counted = [quantities(size) for size in SIZES]
    sums = [sum(dollars(name, one[name]) for name in PRICES) for one in counted]
    yield "## A month, in dollars\n"
    yield f"| findings | {' | '.join(f'{size.findings:,}' for size in SIZES)} |"
    yield "|---|---|---|---|"
    yield f"| accounts | {' | '.join(f'{size.accounts:,}' for size in SIZES)} |"
    yield f"| **a month** | {' | '.join(f'**${one:,.2f}**' for one in sums)} |"
    yield f"| a finding and month | {' | '.join(f'${s / o.findings:.5f}' for s, o in zip(sums, SIZES, strict=True))} |"
    yield f"\nQuantity × price, {SINCE}, no free tier taken off:\n"
    yield "| what | price | " + " | ".join(f"{size.findings:,} findings" for size in SIZES) + " |"
    yield "|---|---|---|---|---|"
    for name, price in PRICES.items():
        per = f" {price.per:,}" if price.per > 1 else ""
        each = f"{price.dollars:.10f}".rstrip("0").rstrip(".")
        cells = [f"{number(one[name])} = ${dollars(name, one[name]):,.2f}" for one in counted]
        yield f"| [{name}]({price.page}) | ${each} per{per} {price.unit} | {' | '.join(cells)} |"


def _dominates() -> Iterable[str]:
    yield "\n## What dominates, and what lowers it\n"
    for size in SIZES:
        counted = quantities(size)
        costs = {name: dollars(name, counted[name]) for name in PRICES}
        most = sorted(costs, key=lambda name: -costs[name])[:MOST]
        said = ", ".join(f"{name} {100 * costs[name] / sum(costs.values()):.0f} %" for name in most)
        yield f"- **{size.findings:,} findings**: {said}."
    yield ""
    yield from (f"- {name}: {price.lower}." for name, price in PRICES.items() if price.lower)


def _measured() -> Iterable[str]:
    yield "\n## What was counted\n"
    yield "Requests of one such thing, in all functions together; writes and reads in DynamoDB's units, by the items'"
    yield "sizes. What is written in a transaction counts twice, a copy in an index once more. Cards, runs and proofs"
    yield "are those of S3.8 on one bucket; jobs are those that find nothing to do.\n"
    yield f"| what happens | {' | '.join(_UNITS.values())} |"
    yield "|---|" + "---|" * len(_UNITS)
    for name, by, _ in times(SIZES[0]):
        row = _sum(by)
        if _is_work(by):
            yield f"| {name} | {' | '.join(number(getattr(row, unit)) for unit in _UNITS)} |"


def _often() -> Iterable[str]:
    yield "\n## How often in a month\n"
    yield "| what happens | " + " | ".join(f"{size.findings:,}" for size in SIZES) + " |"
    yield "|---|---|---|---|"
    rows = zip(*(times(size) for size in SIZES), strict=True)
    for row in rows:
        if _is_work(row[0][1]):
            yield f"| {row[0][0]} | {' | '.join(number(often) for _, _, often in row)} |"


def _assumed() -> Iterable[str]:
    yield "\n## Assumed\n"
    for size in SIZES:
        yield f"- {size.findings:,} findings: {_day(size)} a day."
    yield f"- On a day Security Hub says each finding {_often_a_day()}; of all findings {month.NEW_A_DAY:.0%} are new,"
    yield f"  {month.CHANGED_A_DAY:.0%} change their verdict, evenly over the day; a batch is what comes within 5 s."
    yield f"- An invocation's own work takes {month.OWN_MS} ms, an event {month.EVENT_MS} ms; a call of the table"
    yield f"  {month.CALL_MS['table_calls']} ms, of a queue {month.CALL_MS['messages']} ms, of Slack"
    yield f"  {month.CALL_MS['slack_calls']} ms, in an account {month.CALL_MS['account_calls']} ms."
    yield f"- {month.COLD_STARTS_A_DAY} cold starts of {month.COLD_MS} ms a day; memory as in `template.yaml`."
    yield f"- Lambda asks each empty queue by {month.POLLERS} long polls, {month.POLLS_A_MINUTE} times a minute each."
    yield f"- An invocation logs {month.LOG_BYTES:,} bytes."
    yield "- Events of AWS services on the default bus cost nothing. Not in it: data that leaves AWS for Slack (some"
    yield "  MB), events that member accounts forward ($1 a million, paid there), custom Config rules, the audit"
    yield "  record's bucket (some dozen requests a day), and the space of audit records, cases and snapshots.\n"


def _day(size: Organisation) -> str:
    return f"{_many(size.cards, 'card')}, {_many(size.decisions, 'decision')}, {size.commands} commands"


def _many(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _often_a_day() -> str:
    return "once" if month.CHECKS_A_DAY == 1 else f"{month.CHECKS_A_DAY:g} times"


def _is_work(by: By) -> bool:
    return any(round(getattr(_sum(by), unit), 3) for unit in _UNITS)


def _sum(by: By) -> Work:
    return sum(by.values(), Work())


def number(value: float) -> str:
    """Three digits that count, with commas: 12,300, 0.25, 4."""
    if value >= 1000:
        return f"{float(f'{value:.3g}'):,.0f}"
    return f"{float(f'{value:.3g}'):g}"


def main() -> None:
    """Write the page anew."""
    PAGE.write_text(page())


if __name__ == "__main__":
    main()
