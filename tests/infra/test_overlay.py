"""The local stack changes the template in a few places only."""

from __future__ import annotations

import pytest

from infra.local.overlay import CONFIG_SOURCE, HUB_SOURCE, overlaid, source_of
from infra.local.translate import Template, actions, of_type, statements, translated

LOCAL = {"CSPM_SLACK_API": "http://127.0.0.1:8420/api/"}


@pytest.fixture(scope="module")
def template() -> Template:
    return translated()


@pytest.fixture(scope="module")
def local(template: Template) -> Template:
    return overlaid(template, ("artefacts", "code.zip"), LOCAL)


def test_functions_get_the_local_addresses_beside_their_settings(template: Template, local: Template) -> None:
    for name, function in of_type(template, "AWS::Lambda::Function").items():
        variables = local["Resources"][name]["Properties"]["Environment"]["Variables"]
        assert variables == function["Properties"]["Environment"]["Variables"] | LOCAL


def test_a_rule_has_the_same_pattern_and_passes_the_inner_event(template: Template, local: Template) -> None:
    for name, rule in of_type(template, "AWS::Events::Rule").items():
        changed = local["Resources"][name]["Properties"]
        assert changed["EventPattern"] == rule["Properties"]["EventPattern"]
        assert [target["InputPath"] for target in changed["Targets"]] == ["$.detail"]


def test_only_conditions_on_the_tables_keys_are_removed_from_roles(template: Template, local: Template) -> None:
    for before, after in zip(statements(template), statements(local), strict=True):
        on_the_table = any(action.startswith("dynamodb:") for action in actions(before))
        assert after == (
            {key: value for key, value in before.items() if key != "Condition"} if on_the_table else before
        )


def test_buckets_accept_plain_http(template: Template, local: Template) -> None:
    assert of_type(template, "AWS::S3::BucketPolicy")
    assert not of_type(local, "AWS::S3::BucketPolicy")


def test_nothing_else_differs(template: Template, local: Template) -> None:
    kinds = ("AWS::Lambda::Function", "AWS::Events::Rule", "AWS::IAM::Role", "AWS::S3::BucketPolicy")
    for name, resource in template["Resources"].items():
        assert resource["Type"] in kinds or local["Resources"][name] == resource


def test_events_have_a_source_that_put_events_accepts() -> None:
    assert source_of("aws.securityhub") == HUB_SOURCE
    assert source_of("aws.config") == CONFIG_SOURCE
    assert source_of("acme.tool") == "local.acme.tool"
