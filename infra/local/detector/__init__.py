"""Looks at the customers' accounts as AWS Config and Security Hub would, and says what it saw in their own events."""

from infra.local.detector.detector import Detector

__all__ = ["Detector"]
