"""Findings read by id, in GetFindings' shapes; no emulator filters them."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from bot.adapters.aws.security_hub import SecurityHub
from bot.adapters.memory.security_hub import MemoryHub
from bot.domain.errors import BadInput, Busy, CspmError, Unknown

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


def test_a_pair_that_was_not_requested_is_left_out(hub: Hub) -> None:
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


def test_the_hub_in_memory_finds_the_same() -> None:
    twin = MemoryHub([finding("f1"), finding("f1", OTHER)])
    assert twin.findings_by_id([("f1", OTHER), ("f9", PRODUCT)]) == [finding("f1", OTHER)]
    twin.problem = Unknown("down")
    with pytest.raises(Unknown):
        twin.findings_by_id([("f1", OTHER)])


def listed(region: str, token: str = "") -> dict[str, Any]:
    filters = {
        "AwsAccountId": [{"Value": "111122223333", "Comparison": "EQUALS"}],
        "RecordState": [{"Value": "ACTIVE", "Comparison": "EQUALS"}],
    }
    more = {"Region": [{"Value": region, "Comparison": "EQUALS"}]} if region else {}
    return {"Filters": filters | more, "MaxResults": 100} | ({"NextToken": token} if token else {})


def test_a_units_findings_come_a_page_a_call(hub: Hub) -> None:
    hub.stub.add_response("get_findings", {"Findings": [finding("a")], "NextToken": "t1"}, listed("eu-west-1"))
    hub.stub.add_response("get_findings", {"Findings": [finding("b")]}, listed("", "t1"))
    page, token = hub.hub.findings_of("111122223333", "eu-west-1")
    assert ([one["Id"] for one in page], token) == (["a"], "t1")
    assert hub.hub.findings_of("111122223333", "", "t1")[1] == ""


@pytest.mark.parametrize(
    ("code", "token", "error"),
    [
        ("ThrottlingException", "", Busy),
        ("TooManyRequestsException", "", Busy),
        ("InvalidInputException", "t1", BadInput),
        ("InvalidInputException", "", Unknown),
        ("InternalException", "t1", Unknown),
    ],
)
def test_a_rejected_page_token_is_bad_input(hub: Hub, code: str, token: str, error: type[CspmError]) -> None:
    hub.stub.add_client_error("get_findings", code)
    with pytest.raises(error):
        hub.hub.findings_of("111122223333", "eu-west-1", token)


def test_an_id_without_a_product_is_asked_for_by_itself(hub: Hub) -> None:
    wanted = asked("a")
    wanted["Filters"].pop("ProductArn")
    hub.stub.add_response("get_findings", {"Findings": [finding("a", OTHER), finding("b")]}, wanted)
    assert hub.hub.findings_by_id([("a", "")]) == [finding("a", OTHER)]


def test_the_accounts_are_the_members_and_the_hubs_own(hub: Hub) -> None:
    hub.stub.add_response("describe_hub", {"HubArn": "arn:aws:securityhub:eu-west-1:999999999999:hub/default"})
    members = [{"AccountId": "111122223333"}, {"AccountId": "444455556666"}]
    hub.stub.add_response("list_members", {"Members": members}, {"OnlyAssociated": True})
    assert hub.hub.accounts() == ["111122223333", "444455556666", "999999999999"]


def test_without_security_hub_there_are_none(hub: Hub) -> None:
    hub.stub.add_client_error("describe_hub", "InvalidAccessException")
    assert hub.hub.accounts() == []
