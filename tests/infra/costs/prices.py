"""List prices of US East (N. Virginia), as published in 2025, without free tiers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

SINCE: Final = "list prices of US East (N. Virginia), on demand, as published in 2025"


@dataclass(frozen=True)
class Price:
    """Dollars for `per` units, with AWS's `page` of prices; `lower` is advice for using less."""

    dollars: float
    per: int
    unit: str
    page: str
    lower: str = ""


_TABLE: Final = "https://aws.amazon.com/dynamodb/pricing/on-demand/"
_QUEUES: Final = "https://aws.amazon.com/sqs/pricing/"
_FUNCTIONS: Final = "https://aws.amazon.com/lambda/pricing/"
_EVENTS: Final = "https://aws.amazon.com/eventbridge/pricing/"
_WATCH: Final = "https://aws.amazon.com/cloudwatch/pricing/"
_SECRETS: Final = "https://aws.amazon.com/secrets-manager/pricing/"
_POLICY: Final = "https://aws.amazon.com/systems-manager/pricing/"
_M: Final = 1_000_000

PRICES: Final[Mapping[str, Price]] = {
    "table writes": Price(0.625, _M, "write units", _TABLE, "turn controls that nobody needs off in Security Hub"),
    "table reads": Price(
        0.125,
        _M,
        "read units",
        _TABLE,
        "turn such controls off; let `RecountSchedule` and `ReconcileSchedule` run less often",
    ),
    "table storage": Price(0.25, 1, "GiB", _TABLE),
    "table recovery": Price(0.20, 1, "GiB", _TABLE),
    "queue requests": Price(
        0.40, _M, "requests", _QUEUES, "let the ingest queue take larger batches (`MaximumBatchingWindowInSeconds`)"
    ),
    "queue requests, FIFO": Price(0.50, _M, "requests", _QUEUES),
    "queue polls": Price(0.40, _M, "requests", _QUEUES, "nothing: Lambda polls as long as the stack exists"),
    "function requests": Price(0.20, _M, "requests", _FUNCTIONS),
    "function time": Price(
        0.0000133334,
        1,
        "GiB-second, arm64",
        _FUNCTIONS,
        "give the ingest function less `MemorySize`, where it is never behind",
    ),
    "events put": Price(1.00, _M, "events", _EVENTS),
    "API requests": Price(1.00, _M, "requests", "https://aws.amazon.com/api-gateway/pricing/"),
    "scheduled calls": Price(1.00, _M, "calls", _EVENTS),
    "logs": Price(0.50, 1, "GiB taken in", _WATCH, "deploy with `LogLevel=WARNING`"),
    "alarms": Price(0.10, 1, "alarm", _WATCH, "nothing: each reports a failure that nobody would notice otherwise"),
    "metrics": Price(0.30, 1, "metric", _WATCH, "turn `MeasureSchedule` off, where nobody looks at the dashboard"),
    "dashboards": Price(3.00, 1, "dashboard", _WATCH),
    "secrets": Price(0.40, 1, "secret", _SECRETS),
    "secret reads": Price(0.05, 10_000, "calls", _SECRETS),
    "policy requests": Price(0.0000002, 1, "request", _POLICY),
    "policies received": Price(
        0.0008,
        1,
        "configuration",
        _POLICY,
        "nothing: each cold start loads the policy once, and a warm function only a new one",
    ),
}
