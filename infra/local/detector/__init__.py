"""Emulation of AWS Config and Security Hub: evaluates the customers' accounts and emits their events."""

from infra.local.detector.detector import Detector

__all__ = ["Detector"]
