"""What a source names by an id of AWS's own, IAM names by an ARN."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.errors import ResourceGone
from tests.aws import MotoAccount
from tests.remediations.cases.iam.cloudshell import ARoleThatConfigNamesById
from tests.remediations.cases.iam.stale_keys import AUserWhomConfigNamesById
from tests.remediations.cases.rds.deletion_protection import (
    AnUnprotectedClusterThatConfigNamesById,
    AnUnprotectedDatabaseThatConfigNamesById,
)
from tests.remediations.contract import Case

NAMED = {
    AUserWhomConfigNamesById: "arn:aws:iam::123456789012:user/robots/ci-deployer",
    ARoleThatConfigNamesById: "arn:aws:iam::123456789012:role/developer",
    AnUnprotectedDatabaseThatConfigNamesById: "arn:aws:rds:eu-west-1:123456789012:db:payroll",
    AnUnprotectedClusterThatConfigNamesById: "arn:aws:rds:eu-west-1:123456789012:cluster:ledger",
}


@pytest.mark.parametrize("kind", NAMED, ids=lambda kind: kind.__name__)
def test_a_session_is_narrowed_to_its_arn(kind: type[Case], aws: MotoAccount) -> None:
    recipe, target = kind.remediation(), kind().make()
    arn = recipe.arn(target, aws)
    assert arn == NAMED[kind]
    assert recipe.write_resources(replace(target, resource=replace(target.resource, id=arn))) == (arn,)
    assert recipe.write_resources(target) != (arn,)


@pytest.mark.parametrize("kind", NAMED, ids=lambda kind: kind.__name__)
def test_one_that_is_gone_has_no_arn(kind: type[Case], aws: MotoAccount) -> None:
    case = kind()
    target = case.make()
    case.destroy(target)
    with pytest.raises(ResourceGone):
        kind.remediation().arn(target, aws)
