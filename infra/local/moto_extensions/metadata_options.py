"""EC2: instance metadata options that a call does not name keep their values."""

from __future__ import annotations

from typing import Any

from moto.ec2.models.instances import InstanceBackend, MetadataOptions

from infra.local.moto_extensions.patching import replace


def modify_instance_metadata_options(
    self: Any,
    instance_id: str,
    http_tokens: str | None = None,
    hop_limit: int | None = None,
    http_endpoint: str | None = None,
    dry_run: bool | None = False,  # noqa: ARG001, FBT001, FBT002 - moto calls it so
    http_protocol: str | None = None,
    metadata_tags: str | None = None,
) -> MetadataOptions:
    """Change only the given options.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceMetadataOptions.html: of each option, if it
    is not specified, the existing value is maintained. moto resets the options that are not given.
    """
    options: MetadataOptions = self.get_instance(instance_id).metadata_options
    options.http_tokens = http_tokens or options.http_tokens
    options.http_put_response_hop_limit = int(hop_limit or options.http_put_response_hop_limit)
    options.http_endpoint = http_endpoint or options.http_endpoint
    options.http_protocol_ipv6 = http_protocol or options.http_protocol_ipv6
    options.instance_metadata_tags = metadata_tags or options.instance_metadata_tags
    return options


def install() -> None:
    replace(InstanceBackend, modify_instance_metadata_options=modify_instance_metadata_options)
