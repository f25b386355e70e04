"""AWS Config knows users, roles and databases by ids of AWS's own: the card and the session know their names."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.states import State
from bot.slack.ids import ActionId
from tests.aws import plain_client
from tests.flows.stage import Stage
from tests.sources.builders import a_compliance_change, an_event

NAME = "payroll"
ARN = f"arn:aws:rds:eu-west-1:111122223333:db:{NAME}"


def make_database() -> str:
    """A database that one call deletes; its id."""
    made = plain_client("rds").create_db_instance(
        DBInstanceIdentifier=NAME, DBInstanceClass="db.t4g.micro", Engine="postgres", AllocatedStorage=20
    )
    own_id: str = made["DBInstance"]["DbiResourceId"]
    return own_id


def told(own_id: str) -> dict[str, Any]:
    """AWS Config says that the database is not protected."""
    rule = "rds-instance-deletion-protection-enabled"
    change = a_compliance_change(configRuleName=rule, resourceType="AWS::RDS::DBInstance", resourceId=own_id)
    return {**an_event("config_compliance_change"), "detail": change}


@pytest.fixture
def proposed(stage: Stage) -> Stage:
    stage.tell(told(make_database()))
    stage.pump()
    assert stage.state() is State.PROPOSED
    return stage


def test_the_card_shows_the_name_and_not_the_id(proposed: Stage) -> None:
    assert proposed.target.resource.id == ARN
    assert f"`{NAME}`" in proposed.card_text
    assert "db-" not in proposed.card_text


def test_the_session_may_write_to_this_database_and_no_other(proposed: Stage) -> None:
    proposed.press(ActionId.APPROVE)
    proposed.settle()
    ((_, session),) = proposed.accounts.sessions
    assert session.session_policy is not None
    assert session.session_policy["Statement"][1]["Resource"] == [ARN]
    assert proposed.state() is State.FIXED


def test_one_that_is_gone_before_the_run_fails_the_run_and_nothing_is_called(proposed: Stage) -> None:
    plain_client("rds").delete_db_instance(DBInstanceIdentifier=NAME, SkipFinalSnapshot=True)
    proposed.press(ActionId.APPROVE)
    proposed.settle()
    assert "rds:ModifyDBInstance" not in map(str, proposed.calls)
    assert proposed.state() in {State.FAILED, State.RESOLVED}
