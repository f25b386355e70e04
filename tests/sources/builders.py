"""Example events, and changed copies of them, for the tests of the sources."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bot.domain.finding import Observation
from bot.sources.read import Reading, SourceContext, read

EVENTS = Path(__file__).parents[1] / "events"
ARRIVED = "2026-09-22T07:12:50Z"
ACCOUNT = "111122223333"


def an_event(name: str) -> Any:
    """An example of tests/events, parsed."""
    return json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))


def a_finding(**fields: Any) -> dict[str, Any]:
    """The bare ASFF finding of a failed S3.8, with these fields replaced (None leaves one out)."""
    return _with(an_event("securityhub_failed")["detail"]["findings"][0], fields)


def an_ocsf_finding(**fields: Any) -> dict[str, Any]:
    """The OCSF copy of the same finding."""
    return _with(an_event("findings_v2")["detail"]["findings"][0], fields)


def a_compliance_change(**fields: Any) -> dict[str, Any]:
    """The message of a customer's rule about the same bucket."""
    return _with(an_event("config_compliance_change")["detail"], fields)


def reading(document: Any, **rule_controls: str) -> Reading:
    """Read the document, under a policy with these rules (`_` stands for `-`)."""
    names = {name.replace("_", "-"): control for name, control in rule_controls.items()}
    return read(document, SourceContext(ARRIVED, names))


def observed(document: Any, **rule_controls: str) -> Observation:
    """The one observation that the document holds."""
    (one,) = reading(document, **rule_controls).observations
    return one


def _with(body: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
    merged = {**body, **fields}
    return {name: value for name, value in merged.items() if value is not None}
