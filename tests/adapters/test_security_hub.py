"""Findings read back by id, with GetFindings' own shapes; no emulator filters them."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from bot.adapters.security_hub import MemoryHub, SecurityHub
from bot.domain.errors import Unknown

PRODUCT = "arn:aws:securityhub:eu-west-1::product/aws/securityhub"
OTHER = "arn:aws:securityhub:eu-west-1::product/aws/config"


def finding(finding_id: str, product: str = PRODUCT) -> dict[str, Any]:
    return {
        "SchemaVersion": "2018-10-08",
        "Id": finding_id,
        "ProductArn": product,
        "GeneratorId": "security-control/S3.8",
        "AwsAccountId": "111122223333",
        "CreatedAt": "2025-09-21T07:00:00.000Z",
        "UpdatedAt": "2025-09-21T08:00:00.000Z",
        "Title": "S3 buckets should block public access",
        "Description": "…",
        "Resources": [{"Type": "AwsS3Bucket", "Id": "arn:aws:s3:::exports"}],
    }


def asked(*ids: str, products: tuple[str, ...] = (PRODUCT,)) -> dict[str, Any]:
    return {
        "Filters": {
            "Id": [{"Value": each, "Comparison": "EQUALS"} for each in ids],
            "ProductArn": [{"Value": each, "Comparison": "EQUALS"} for each in products],
        },
        "MaxResults": 100,
    }


class Hub:
    """A stubbed Security Hub."""

    def __init__(self) -> None:
        client: Any = boto3.client(
            "securityhub", region_name="eu-west-1", aws_access_key_id="example", aws_secret_access_key="example"
        )
        self.stub = Stubber(client)
        self.stub.activate()
        self.hub = SecurityHub(client)


@pytest.fixture
def hub() -> Hub:
    return Hub()


def test_findings_are_asked_for_by_id_and_product(hub: Hub) -> None:
    hub.stub.add_response("get_findings", {"Findings": [finding("f1")]}, asked("f1", "f2"))
    found = hub.hub.findings_by_id([("f1", PRODUCT), ("f2", PRODUCT), ("f1", PRODUCT)])
    assert [each["Id"] for each in found] == ["f1"]


def test_twenty_ids_go_into_one_call_and_all_pages_are_read(hub: Hub) -> None:
    ids = [f"f{number:02}" for number in range(25)]
    hub.stub.add_response(
        "get_findings", {"Findings": [finding(each) for each in ids[:10]], "NextToken": "more"}, asked(*ids[:20])
    )
    hub.stub.add_response(
        "get_findings", {"Findings": [finding(each) for each in ids[10:20]]}, asked(*ids[:20]) | {"NextToken": "more"}
    )
    hub.stub.add_response("get_findings", {"Findings": [finding(each) for each in ids[20:]]}, asked(*ids[20:]))
    assert [each["Id"] for each in hub.hub.findings_by_id([(each, PRODUCT) for each in ids])] == ids
    hub.stub.assert_no_pending_responses()


def test_a_pair_that_nobody_asked_for_is_left_out(hub: Hub) -> None:
    answer = {"Findings": [finding("f1"), finding("f1", OTHER), finding("f2", OTHER)]}
    hub.stub.add_response("get_findings", answer, asked("f1", "f2", products=(PRODUCT, OTHER)))
    found = hub.hub.findings_by_id([("f1", PRODUCT), ("f2", OTHER)])
    assert [(each["Id"], each["ProductArn"]) for each in found] == [("f1", PRODUCT), ("f2", OTHER)]


def test_nothing_asked_is_no_call(hub: Hub) -> None:
    assert hub.hub.findings_by_id([]) == []


@pytest.mark.parametrize("code", ["LimitExceededException", "InvalidAccessException", "InternalException"])
def test_a_hub_that_does_not_answer_is_unknown(hub: Hub, code: str) -> None:
    hub.stub.add_client_error("get_findings", code, http_status_code=400)
    with pytest.raises(Unknown, match=code):
        hub.hub.findings_by_id([("f1", PRODUCT)])


def test_the_twin_finds_the_same() -> None:
    twin = MemoryHub([finding("f1"), finding("f1", OTHER)])
    assert twin.findings_by_id([("f1", OTHER), ("f9", PRODUCT)]) == [finding("f1", OTHER)]
    twin.problem = Unknown("down")
    with pytest.raises(Unknown):
        twin.findings_by_id([("f1", OTHER)])
