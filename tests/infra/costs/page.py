"""Generate `infra/docs/costs.md` from measurements. `make docs` writes it; a test fails when it is stale."""

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

The monthly cost of the bot on AWS, for organisations of three sizes. `make docs` generates this page: it counts the
requests that the bot's code makes for each event and multiplies them. The numbers are computed, not taken from a bill;
a real bill differs most where an assumption below does not apply.

AWS Security Hub and AWS Config are not included. They cost more than the bot (Security Hub about $0.001 a check),
with or without it.
"""

_UNITS: Final = {
    "writes": "table writes",
    "reads": "table reads",
    "messages": "messages",
    "fifo_messages": "FIFO messages",
    "slack_calls": "calls to Slack",
    "account_calls": "calls in the account",
    "records": "audit records",
}


def page() -> str:
    """Return the page."""
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
    """Return the price of a quantity."""
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
    yield f"| per finding | {' | '.join(f'${s / o.findings:.5f}' for s, o in zip(sums, SIZES, strict=True))} |"
    yield f"\nQuantity × price, {SINCE}, without free tiers:\n"
    yield "| item | price | " + " | ".join(f"{size.findings:,} findings" for size in SIZES) + " |"
    yield "|---|---|---|---|---|"
    for name, price in PRICES.items():
        per = f" {price.per:,}" if price.per > 1 else ""
        each = f"{price.dollars:.10f}".rstrip("0").rstrip(".")
        cells = [f"{number(one[name])} = ${dollars(name, one[name]):,.2f}" for one in counted]
        yield f"| [{name}]({price.page}) | ${each} per{per} {price.unit} | {' | '.join(cells)} |"


def _dominates() -> Iterable[str]:
    yield "\n## Largest items, and how to lower them\n"
    for size in SIZES:
        counted = quantities(size)
        costs = {name: dollars(name, counted[name]) for name in PRICES}
        most = sorted(costs, key=lambda name: -costs[name])[:MOST]
        said = ", ".join(f"{name} {100 * costs[name] / sum(costs.values()):.0f} %" for name in most)
        yield f"- **{size.findings:,} findings**: {said}."
    yield ""
    yield from (f"- {name}: {price.lower}." for name, price in PRICES.items() if price.lower)


def _measured() -> Iterable[str]:
    yield "\n## Requests\n"
    yield "Requests for one event, in all functions together; writes and reads in DynamoDB's units, by the sizes of"
    yield "items. A write in a transaction counts twice, a copy in an index once more. Cards, runs and proofs are those"
    yield "of S3.8 on one bucket; jobs are those that find nothing to do.\n"
    yield f"| event | {' | '.join(_UNITS.values())} |"
    yield "|---|" + "---|" * len(_UNITS)
    for name, by, _ in times(SIZES[0]):
        row = _sum(by)
        if _is_work(by):
            yield f"| {name} | {' | '.join(number(getattr(row, unit)) for unit in _UNITS)} |"


def _often() -> Iterable[str]:
    yield "\n## Events a month\n"
    yield "| event | " + " | ".join(f"{size.findings:,}" for size in SIZES) + " |"
    yield "|---|---|---|---|"
    rows = zip(*(times(size) for size in SIZES), strict=True)
    for row in rows:
        if _is_work(row[0][1]):
            yield f"| {row[0][0]} | {' | '.join(number(often) for _, _, often in row)} |"


def _assumed() -> Iterable[str]:
    yield "\n## Assumptions\n"
    for size in SIZES:
        yield f"- {size.findings:,} findings: {_day(size)} a day."
    yield f"- Security Hub sends each finding {_often_a_day()} a day; of all findings {month.NEW_A_DAY:.0%} are new,"
    yield f"  {month.CHANGED_A_DAY:.0%} change their verdict, evenly over the day; a batch covers 5 s."
    yield f"- The code of an invocation takes {month.OWN_MS} ms, an event {month.EVENT_MS} ms; a call of the table"
    yield f"  {month.CALL_MS['table_calls']} ms, of a queue {month.CALL_MS['messages']} ms, of Slack"
    yield f"  {month.CALL_MS['slack_calls']} ms, in an account {month.CALL_MS['account_calls']} ms."
    yield f"- {month.COLD_STARTS_A_DAY} cold starts of {month.COLD_MS} ms a day; memory as in `template.yaml`."
    yield f"- Lambda has {month.POLLERS} pollers for each queue, with {month.POLLS_A_MINUTE} long polls a minute each."
    yield f"- An invocation logs {month.LOG_BYTES:,} bytes."
    yield "- Events of AWS services on the default bus are free. Not included: data that leaves AWS for Slack (some"
    yield "  MB), events that member accounts forward ($1 a million, paid there), custom Config rules, the audit"
    yield "  record's bucket (a few dozen requests a day), and the storage of audit records, cases and snapshots.\n"


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
    """Return a number with three significant digits and commas: 12,300, 0.25, 4."""
    if value >= 1000:
        return f"{float(f'{value:.3g}'):,.0f}"
    return f"{float(f'{value:.3g}'):g}"


def main() -> None:
    PAGE.write_text(page())


if __name__ == "__main__":
    main()
