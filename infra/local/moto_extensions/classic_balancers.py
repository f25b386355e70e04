"""Classic load balancers: attributes that stay what they were, and balancers that are gone."""

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
    """Say that there is none, as AWS does.

    https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_DescribeLoadBalancerAttributes.html
    (LoadBalancerNotFound). moto answers with an internal error.
    """
    name = self._get_param("LoadBalancerName")
    if self.elb_backend.get_load_balancer(name) is None:
        raise LoadBalancerNotFoundError(name)
    return _describe(self)


def modify_load_balancer_attributes(self: ELBBackend, load_balancer_name: str, **changes: Any) -> None:
    """Leave the desync mode alone where the call does not name it.

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
    """Replace how moto describes and changes attributes of classic load balancers."""
    replace(ELBResponse, describe_load_balancer_attributes=describe_load_balancer_attributes)
    replace(ELBBackend, modify_load_balancer_attributes=modify_load_balancer_attributes)
