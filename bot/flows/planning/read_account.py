"""Read an account for a plan with the read-only role, record the calls, and translate AWS errors."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError

from bot.domain.errors import Busy, CspmError, Unknown
from bot.domain.plan import Outcome, Settings, Target
from bot.domain.ports import Recorder
from bot.domain.remediation import Remediation, plan
from bot.domain.resource import parse_arn
from bot.world import World

_LOG: Final = logging.getLogger(__name__)

_RETRYABLE_CODES: Final = frozenset(
    {
        *("Throttling", "ThrottlingException", "ThrottlingError", "ThrottledException", "EC2ThrottledException"),
        *("RequestLimitExceeded", "RequestThrottled", "RequestThrottledException", "TooManyRequestsException"),
        *("ProvisionedThroughputExceededException", "SlowDown", "PriorRequestNotComplete", "OperationAborted"),
    }
)
"""Error codes for throttling, and of S3 for concurrent changes of one bucket: nothing was changed."""


def read_outcome(recipe: Remediation, target: Target, world: World, record: Recorder) -> Outcome:
    """Return what the recipe would change now, read with the read-only role; `record` is called with each API call.

    Raises Busy when AWS throttles, and Unknown, with the error code of AWS, when the settings cannot be read.
    """
    with translate_errors(recipe):
        return plan(recipe, target, world.accounts.reader(target.resource, record))


def read_settings(recipe: Remediation, target: Target, world: World, record: Recorder) -> Settings:
    """Return the current settings, read in the same way. Raises Busy, Unknown, ResourceGone and Refusal."""
    with translate_errors(recipe):
        return recipe.read(target, world.accounts.reader(target.resource, record))


def with_arn(recipe: Remediation, target: Target, world: World, record: Recorder) -> Target:
    """Return the target by its ARN, so that a session can be scoped to it: AWS Config knows users and databases by ids.

    Raises Busy, Unknown, ResourceGone and Refusal, as `read_settings` does.
    """
    if parse_arn(target.resource.id):
        return target
    with translate_errors(recipe):
        arn = recipe.arn(target, world.accounts.reader(target.resource, record))
    return replace(target, resource=replace(target.resource, id=arn))


@contextmanager
def translate_errors(recipe: Remediation) -> Iterator[None]:
    """Turn every exception of the block into Busy or Unknown, except the bot's errors, which pass through.

    A defect in a recipe is caught here too: it must appear on the card of its target, and not stop other targets.
    """
    try:
        yield
    except CspmError:
        raise
    except (ClientError, BotoCoreError) as error:
        raise translate_error(error) from error
    except Exception as error:
        _LOG.exception("remediation %s broke", recipe.id)
        raise Unknown(f"the remediation {recipe.id} broke on an answer of AWS's ({type(error).__name__})") from error


def translate_error(error: ClientError | BotoCoreError) -> Busy | Unknown:
    """Return the bot's error for an AWS error: Busy if a retry may succeed, else Unknown."""
    if not isinstance(error, ClientError):
        return Unknown(f"AWS could not be reached: {type(error).__name__}")
    code = error.response.get("Error", {}).get("Code", "unknown")
    if code in _RETRYABLE_CODES:
        return Busy(f"AWS throttles {error.operation_name} ({code})", retry_after=10)
    return Unknown(f"AWS answered {code} to {error.operation_name}")
