"""Classic load balancers: stable attributes, and the error for an unknown balancer."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.elb.exceptions import LoadBalancerNotFoundError
from moto.elb.models import ELBBackend
from moto.elb.responses import ELBResponse

from infra.local.moto_extensions.patching import replace

_describe = ELBResponse.describe_load_balancer_attributes
_modify = ELBBackend.modify_load_balancer_attributes


def describe_load_balancer_attributes(self: ELBResponse) -> ActionResult:
    """Raise LoadBalancerNotFound for an unknown balancer; moto fails with an internal error.

    https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_DescribeLoadBalancerAttributes.html
    """
    name = self._get_param("LoadBalancerName")
    if self.elb_backend.get_load_balancer(name) is None:
        raise LoadBalancerNotFoundError(name)
    return _describe(self)


def modify_load_balancer_attributes(self: ELBBackend, load_balancer_name: str, **changes: Any) -> None:
    """Keep the desync mode unless the call changes it.

    https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_ModifyLoadBalancerAttributes.html:
    "You can modify the load balancer attributes [...] by either enabling or disabling them". moto adds another
    `defensive` to the list at each call.
    """
    attributes = self.get_load_balancer(load_balancer_name).attributes
    before = list(attributes["additional_attributes"])
    _modify(self, load_balancer_name, **changes)
    if not changes.get("additional_attributes"):
        attributes["additional_attributes"] = before


def install() -> None:
    replace(ELBResponse, describe_load_balancer_attributes=describe_load_balancer_attributes)
    replace(ELBBackend, modify_load_balancer_attributes=modify_load_balancer_attributes)
