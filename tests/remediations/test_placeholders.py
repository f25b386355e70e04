"""One policy serves many accounts and Regions: its texts may name what is the target's own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.canonical import same
from bot.domain.plan import Refused
from bot.domain.remediation import Remediation, plan, resolved_params, session_policy
from bot.domain.resource import identify
from bot.remediations.cloudtrail.cloudwatch_logs import SendTrailToCloudWatch
from bot.remediations.ec2.flow_logs import LogFlows
from bot.remediations.rds.monitoring import MonitorDatabase
from tests.aws import ACCOUNT, REGION, MotoAccount
from tests.remediations.cases.elb.access_logs import ABalancerWithoutAccessLogs
from tests.remediations.contract import planned, targeted
from tests.remediations.everything import every_remediation

_ANY: Any = "arn:{partition}:any:{region}:{account}:thing/{name}"


@every_remediation
def test_every_text_of_the_policy_may_name_the_account_and_the_region(recipe: Remediation) -> None:
    texts = {name: _ANY for name, param in recipe.params.items() if isinstance(param.default, str)}
    target = targeted(type(recipe), f"arn:aws:any:{REGION}:{ACCOUNT}:kind/mine", params=texts)
    where = identify(recipe.resource_type, target.resource.id, account=ACCOUNT, region=REGION).region
    meant = f"arn:aws:any:{where}:{ACCOUNT}:thing/mine"
    assert {resolved_params(recipe, target)[name] for name in texts} <= {meant}


@pytest.mark.parametrize(
    ("recipe", "param"), [(MonitorDatabase, "monitoringRole"), (SendTrailToCloudWatch, "role"), (LogFlows, "role")]
)
def test_the_session_may_hand_over_the_targets_own_role(recipe: type[Remediation], param: str) -> None:
    role = "arn:aws:iam::{account}:role/logs-{region}"
    target = targeted(recipe, f"arn:aws:any:{REGION}:{ACCOUNT}:kind/mine", params={param: role})
    (_, writes) = session_policy(recipe(), target)["Statement"]
    assert f"arn:aws:iam::{ACCOUNT}:role/logs-{REGION}" in writes["Resource"]


def test_the_plan_shows_the_names_that_are_meant(aws: MotoAccount) -> None:
    case = ABalancerWithoutAccessLogs()
    params = {"logBucket": "logs-{account}-{region}", "logPrefix": "{name}"}
    (change,) = planned(case.remediation(), replace(case.make(), params=params), aws).changes
    assert same(change.after, {"bucket": f"logs-{ACCOUNT}-{REGION}", "prefix": "shop"})


def test_a_placeholder_that_there_is_not_is_refused(aws: MotoAccount) -> None:
    case = ABalancerWithoutAccessLogs()
    target = replace(case.make(), params={"logBucket": "logs-{zone}"})
    assert isinstance(plan(case.remediation(), target, aws), Refused)
