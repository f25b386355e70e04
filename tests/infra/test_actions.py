"""Every declared IAM action exists, and is limited to resources where IAM allows it."""

from __future__ import annotations

import pytest

from bot.domain.remediation import Remediation
from bot.remediations.catalogue import catalogue
from infra.local.translate import actions, statements, translated
from tests.iam_table import exists, resources_of
from tests.infra.plain import load, made

RECIPES = sorted(catalogue().by_id.values(), key=lambda one: one.id)


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda one: one.id)
def test_a_remediation_names_actions_that_iam_knows(recipe: Remediation) -> None:
    assert [action for action in (*recipe.reads, *recipe.writes) if not exists(action)] == []


def test_the_functions_roles_name_actions_that_iam_knows() -> None:
    held = {action for statement in statements(translated()) for action in actions(statement)}
    assert [action for action in sorted(held) if not exists(action)] == []


def test_a_role_names_all_resources_only_for_actions_without_resources() -> None:
    """config:GetResourceConfigHistory, PutEvaluations and SelectResourceConfig take no resource."""
    open_ended = [one for one in statements(translated()) if one["Resource"] == "*"]
    assert [action for one in open_ended for action in actions(one) if resources_of(action)] == []


def test_the_roles_in_the_accounts_name_actions_that_iam_knows() -> None:
    resources = made(
        load("member.yaml"),
        BotAccount="999999999999",
        OrganizationId="o-a1b2c3d4e5",
        AllowRemediation="yes",
        AllowIdentity="yes",
        AllowRuleEvaluations="yes",
    )
    policies = [policy for one in resources.values() for policy in one["Properties"].get("Policies", [])]
    policies += [one["Properties"] for one in resources.values() if "PolicyDocument" in one["Properties"]]
    written = [one for policy in policies for one in policy["PolicyDocument"]["Statement"]]
    allowed = [one for one in written if one["Effect"] == "Allow"]
    assert [action for one in allowed for action in actions(one) if not exists(action)] == []


def test_an_unknown_action_is_found() -> None:
    assert not exists("s3:PutPublicAccessBlock")
    assert exists("s3:PutBucketPublicAccessBlock")
