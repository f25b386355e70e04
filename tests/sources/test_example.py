"""The source in infra/docs/extending-source.md."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any, Final

import pytest
from yaml import safe_load

from bot.domain.finding import Observation, SourceKind, Status
from bot.flows.ingestion import ingest
from bot.sources.format import Source
from bot.sources.read import SOURCES, Reading, SourceContext, read
from infra.local.translate import ROOT
from tests.flows.stage import Stage
from tests.sources.builders import ARRIVED, a_finding

PAGE: Final = (ROOT / "infra" / "docs" / "extending-source.md").read_text()
EVENT: Final[dict[str, Any]] = {
    "version": "0",
    "id": "22222222-dcba-4444-dcba-333333333333",
    "detail-type": "Access Analyzer Finding",
    "source": "aws.access-analyzer",
    "account": "111122223333",
    "time": "2026-09-22T09:00:00Z",
    "region": "us-west-2",
    "resources": ["arn:aws:access-analyzer:us-west-2:111122223333:analyzer/MyAnalyzer"],
    "detail": {
        "version": "1.0",
        "id": "22222222-dcba-4444-dcba-333333333333",
        "status": "ACTIVE",
        "resourceType": "AWS::S3::Bucket",
        "resource": "arn:aws:s3:::acme-payroll-exports",
        "createdAt": "2026-09-20T04:58:50Z",
        "analyzedAt": "2026-09-22T01:22:22Z",
        "updatedAt": "2026-09-22T01:14:07Z",
        "accountId": "111122223333",
        "region": "us-west-2",
        "principal": {"AWS": "*"},
        "action": ["s3:GetObject"],
        "condition": {},
        "isDeleted": False,
        "isPublic": True,
    },
}


@pytest.fixture(scope="module")
def source() -> Iterator[Source]:
    """The page's source."""
    (text,) = re.findall(r"```python\n(.+?)```", PAGE, re.DOTALL)
    module: Any = ModuleType("bot.sources.access_analyzer")
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(sys.modules, module.__name__, module)
        exec(compile(text, "extending-source.md", "exec"), module.__dict__)  # noqa: S102 - our own page
        yield module.SOURCE


def reading(document: Any, source: Source) -> Reading:
    return read(document, SourceContext(ARRIVED, {}), (*SOURCES, source))


def observed(document: Any, source: Source) -> Observation:
    found = reading(document, source)
    assert (found.ignored, found.rejected) == ((), ())
    (one,) = found.observations
    return one


def an_event(**fields: Any) -> dict[str, Any]:
    return {**EVENT, "detail": {**EVENT["detail"], **fields}}


def test_its_event_is_an_open_finding_of_its_untrusted_control(source: Source) -> None:
    seen = observed(EVENT, source)
    assert (seen.control, seen.source.kind, seen.source.status) == (
        "access-analyzer:public",
        SourceKind.OTHER,
        Status.OPEN,
    )
    assert (seen.resource.type, seen.resource.id) == ("AWS::S3::Bucket", "arn:aws:s3:::acme-payroll-exports")
    assert not seen.trusted


def test_before_it_was_a_source_it_was_another_services_event() -> None:
    assert "findings of Security Hub and rule evaluations" in read(EVENT, SourceContext(ARRIVED, {})).ignored[0]


@pytest.mark.parametrize(("word", "status"), [("RESOLVED", Status.RESOLVED), ("ARCHIVED", Status.ARCHIVED)])
def test_a_closed_one_is_closed(source: Source, word: str, status: Status) -> None:
    assert observed(an_event(status=word), source).source.status is status


def test_one_without_its_event_is_known_too_and_others_are_as_before(source: Source) -> None:
    assert observed(EVENT["detail"], source).control == "access-analyzer:public"
    assert observed(a_finding(), source).source.kind is SourceKind.ASFF


def test_a_list_of_security_hub_cannot_smuggle_one_in(source: Source) -> None:
    """Whoever may import findings into Security Hub must not write as another source."""
    hub = {"source": "aws.securityhub", "detail-type": "Security Hub Findings - Imported", "detail": {}}
    hub["detail"] = {"findings": [EVENT["detail"]]}
    assert reading(hub, source).observations == ()
    assert "ASFF finding" in reading(hub, source).rejected[0]


def test_one_that_names_no_resource_is_rejected_by_the_fields_name(source: Source) -> None:
    assert "resource" in reading(an_event(resource=""), source).rejected[0]


def test_its_finding_is_stored(source: Source) -> None:
    stage = Stage()
    ingest.observe([observed(EVENT, source)], stage.world)
    (stored,) = [item for item in stage.table.everything() if item["pk"].startswith("F#")]
    assert "access-analyzer:public" in json.dumps(stored)


def test_the_rule_of_the_page_is_yaml_and_matches_its_events(source: Source) -> None:
    (text,) = re.findall(r"```yaml\n(.+?)```", PAGE, re.DOTALL)
    rule = safe_load(text.replace("!GetAtt ", ""))["AccessAnalyzerRule"]["Properties"]["EventPattern"]
    assert {(rule["source"][0], rule["detail-type"][0])} == source.events
