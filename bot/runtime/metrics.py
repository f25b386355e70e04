"""CloudWatch metrics in the embedded metric format: a line of the log, so no API call and no permission is needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit

from bot.domain.metric import Metric, Unit

NAMESPACE: Final = "cspm-bot"

_UNITS: Final[Mapping[Unit, MetricUnit]] = {
    "None": MetricUnit.NoUnit,
    "Count": MetricUnit.Count,
    "Percent": MetricUnit.Percent,
    "Seconds": MetricUnit.Seconds,
}


def emit(several: Iterable[Metric]) -> None:
    """Write the metrics for the organisation as a whole."""
    metrics = Metrics(namespace=NAMESPACE, service="posture")
    for metric in several:
        metrics.add_metric(name=metric.name, unit=_UNITS[metric.unit], value=metric.value)
    metrics.flush_metrics()
