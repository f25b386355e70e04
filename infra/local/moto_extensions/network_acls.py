"""Network ACLs: EC2's errors for unknown ones."""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError, InvalidNetworkAclIdError, InvalidRouteTableIdError
from moto.ec2.models.network_acls import NetworkAclBackend
from moto.ec2.responses.network_acls import NetworkACLs

from infra.local.moto_extensions.patching import replace

_describe = NetworkACLs.describe_network_acls
_delete_entry = NetworkAclBackend.delete_network_acl_entry


def describe_network_acls(self: NetworkACLs) -> ActionResult:
    """https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html (InvalidNetworkAclID.NotFound).

    moto reports a route table.
    """
    try:
        return _describe(self)
    except InvalidRouteTableIdError as error:
        raise InvalidNetworkAclIdError(self._get_param("NetworkAclIds", [""])[0]) from error


def delete_network_acl_entry(self: NetworkAclBackend, network_acl_id: str, rule_number: int, egress: bool) -> Any:  # noqa: FBT001 - moto's signature
    """The same page (InvalidNetworkAclEntry.NotFound); moto fails with an internal error."""
    try:
        return _delete_entry(self, network_acl_id, rule_number, egress)
    except StopIteration as error:
        message = f"The network ACL entry identified by {rule_number} does not exist"
        raise EC2ClientError("InvalidNetworkAclEntry.NotFound", message) from error


def install() -> None:
    replace(NetworkACLs, describe_network_acls=describe_network_acls)
    replace(NetworkAclBackend, delete_network_acl_entry=delete_network_acl_entry)
