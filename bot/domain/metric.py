"""A CloudWatch metric as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Unit = Literal["None", "Count", "Percent", "Seconds"]
"""Of CloudWatch's units, those that the bot uses."""


@dataclass(frozen=True)
class Metric:
    """One data point."""

    name: str
    unit: Unit
    value: float
