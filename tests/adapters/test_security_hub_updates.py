"""BatchUpdateFindings and its V2, validated by botocore's models."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from bot.adapters.aws.security_hub import SecurityHub
from bot.domain.errors import Busy, Unknown
from bot.domain.ports import HubUpdate

PRODUCT = "arn:aws:securityhub:eu-west-1::product/aws/securityhub"


@pytest.fixture
def stub() -> Iterator[tuple[SecurityHub, Stubber]]:
    make: Any = boto3.client
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    client = make("securityhub", region_name="eu-west-1", **keys)
    with Stubber(client) as stubber:
        yield SecurityHub(client), stubber
        stubber.assert_no_pending_responses()


def expected(*ids: str, **more: Any) -> dict[str, Any]:
    found = [{"Id": one, "ProductArn": PRODUCT} for one in ids]
    return {"FindingIdentifiers": found, "Note": {"Text": "asked", "UpdatedBy": "cspm-bot"}, **more}


def answer(*refused: tuple[str, str]) -> dict[str, Any]:
    unprocessed = [
        {"FindingIdentifier": {"Id": one, "ProductArn": PRODUCT}, "ErrorCode": code, "ErrorMessage": code}
        for one, code in refused
    ]
    return {"ProcessedFindings": [], "UnprocessedFindings": unprocessed}


def an_update(number: int, **more: Any) -> HubUpdate:
    return HubUpdate("asked", "cspm-bot", tuple((f"f{n}", PRODUCT) for n in range(number)), **more)


def test_a_hundred_findings_a_call_and_what_was_not_taken_by_its_id(stub: tuple[SecurityHub, Stubber]) -> None:
    hub, aws = stub
    aws.add_response("batch_update_findings", answer(), expected(*(f"f{n}" for n in range(100))))
    aws.add_response("batch_update_findings", answer(("f100", "FindingNotFound")), expected("f100"))
    assert hub.update(an_update(101)) == {"f100": "FindingNotFound"}


def test_the_workflow_goes_with_the_note(stub: tuple[SecurityHub, Stubber]) -> None:
    hub, aws = stub
    aws.add_response("batch_update_findings", answer(), expected("f0", Workflow={"Status": "SUPPRESSED"}))
    assert hub.update(an_update(1, workflow="SUPPRESSED")) == {}


def test_findings_known_from_ocsf_alone_are_updated_by_their_records_uid(stub: tuple[SecurityHub, Stubber]) -> None:
    hub, aws = stub
    sent = {"MetadataUids": ["u1"], "Comment": "cspm-bot: asked", "StatusId": 3}
    answered = {
        "ProcessedFindings": [],
        "UnprocessedFindings": [{"MetadataUid": "u1", "ErrorCode": "ConflictException", "ErrorMessage": "later"}],
    }
    aws.add_response("batch_update_findings_v2", answered, sent)
    update = HubUpdate("asked", "cspm-bot", records=("u1",), workflow="SUPPRESSED")
    assert hub.update(update) == {"u1": "ConflictException"}


@pytest.mark.parametrize(("code", "error"), [("ThrottlingException", Busy), ("AccessDeniedException", Unknown)])
def test_no_response_is_distinguished_from_throttling(
    stub: tuple[SecurityHub, Stubber], code: str, error: type[Exception]
) -> None:
    hub, aws = stub
    aws.add_client_error("batch_update_findings", code)
    with pytest.raises(error):
        hub.update(an_update(1))
