"""CloudWatch metrics, written as a line of the log in its embedded metric format: no call, no right, no waiting."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Protocol

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit

NAMESPACE: Final = "cspm-bot"


class Measured(Protocol):
    """A number with its name and CloudWatch's unit."""

    @property
    def name(self) -> str:
        """The metric's name."""

    @property
    def unit(self) -> str:
        """One of CloudWatch's units."""

    @property
    def value(self) -> float:
        """The number."""


def emit(measures: Iterable[Measured]) -> None:
    """Write these numbers, for the organisation as a whole."""
    metrics = Metrics(namespace=NAMESPACE, service="posture")
    for one in measures:
        metrics.add_metric(name=one.name, unit=_UNITS[one.unit], value=one.value)
    metrics.flush_metrics()


_UNITS: Final = {
    "None": MetricUnit.NoUnit,
    "Count": MetricUnit.Count,
    "Percent": MetricUnit.Percent,
    "Seconds": MetricUnit.Seconds,
}
