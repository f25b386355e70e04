"""Application Auto Scaling: the error for an unknown object."""

from __future__ import annotations

from typing import Any

from moto.applicationautoscaling.exceptions import AWSValidationException
from moto.applicationautoscaling.models import ApplicationAutoscalingBackend
from moto.core.exceptions import JsonRESTError

from infra.local.moto_extensions.patching import replace

_deregister = ApplicationAutoscalingBackend.deregister_scalable_target
_delete_policy = ApplicationAutoscalingBackend.delete_scaling_policy


class ObjectNotFound(JsonRESTError):
    code = 400

    def __init__(self, message: str) -> None:
        super().__init__("ObjectNotFoundException", message)


def deregister_scalable_target(self: ApplicationAutoscalingBackend, *args: Any, **kwargs: Any) -> None:
    """Raise ObjectNotFoundException where moto raises ValidationException.

    https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DeregisterScalableTarget.html
    """
    try:
        _deregister(self, *args, **kwargs)
    except AWSValidationException as error:
        raise ObjectNotFound(str(error)) from error


def delete_scaling_policy(self: ApplicationAutoscalingBackend, *args: Any, **kwargs: Any) -> None:
    """The same for a policy.

    https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DeleteScalingPolicy.html
    """
    try:
        _delete_policy(self, *args, **kwargs)
    except AWSValidationException as error:
        raise ObjectNotFound(str(error)) from error


def install() -> None:
    replace(
        ApplicationAutoscalingBackend,
        deregister_scalable_target=deregister_scalable_target,
        delete_scaling_policy=delete_scaling_policy,
    )
