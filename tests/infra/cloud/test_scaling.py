from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from infra.local.cloud import CustomerCloud
from tests.infra.cloud.conftest import ACCOUNT


@pytest.mark.parametrize(
    ("call", "more"), [("deregister_scalable_target", {}), ("delete_scaling_policy", {"PolicyName": "none"})]
)
def test_an_unknown_object_is_not_found(cloud: CustomerCloud, call: str, more: dict[str, str]) -> None:
    scaling = cloud.client("application-autoscaling", ACCOUNT)
    dimension = {"ServiceNamespace": "dynamodb", "ScalableDimension": "dynamodb:table:ReadCapacityUnits"}
    with pytest.raises(ClientError) as raised:
        getattr(scaling, call)(**dimension, ResourceId="table/none", **more)
    assert raised.value.response["Error"]["Code"] == "ObjectNotFoundException"
