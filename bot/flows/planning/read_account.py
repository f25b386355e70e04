"""Reading an account for a plan: the read-only role, the calls noted, and AWS's errors in our words."""

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

_NOT_NOW: Final = frozenset(
    {
        *("Throttling", "ThrottlingException", "ThrottlingError", "ThrottledException", "EC2ThrottledException"),
        *("RequestLimitExceeded", "RequestThrottled", "RequestThrottledException", "TooManyRequestsException"),
        *("ProvisionedThroughputExceededException", "SlowDown", "PriorRequestNotComplete", "OperationAborted"),
    }
)
"""Too many calls, in each service's words, and S3's for two changes of a bucket at one moment: nothing was done."""


def read_outcome(recipe: Remediation, target: Target, world: World, record: Recorder) -> Outcome:
    """What the recipe would change here and now, read with the read-only role; `record` hears of each call.

    Raises Busy when AWS throttles, and Unknown, with AWS's own code, when the settings cannot be read.
    """
    with in_the_account(recipe):
        return plan(recipe, target, world.accounts.reader(target.resource, record))


def read_settings(recipe: Remediation, target: Target, world: World, record: Recorder) -> Settings:
    """The settings now, read in the same way. Raises Busy, Unknown, ResourceGone and Refusal."""
    with in_the_account(recipe):
        return recipe.read(target, world.accounts.reader(target.resource, record))


def as_iam_names_it(recipe: Remediation, target: Target, world: World, record: Recorder) -> Target:
    """The target by its ARN, so that a session can be narrowed to it: AWS Config knows users and databases by ids.

    Raises Busy, Unknown, ResourceGone and Refusal, as reading does.
    """
    if parse_arn(target.resource.id):
        return target
    with in_the_account(recipe):
        own = recipe.arn(target, world.accounts.reader(target.resource, record))
    return replace(target, resource=replace(target.resource, id=own))


@contextmanager
def in_the_account(recipe: Remediation) -> Iterator[None]:
    """Whatever goes wrong inside becomes Busy or Unknown, but for our own errors, which pass.

    A mistake in a recipe ends here too: it must show on the card of its target, and stop nobody else's.
    """
    try:
        yield
    except CspmError:
        raise
    except (ClientError, BotoCoreError) as error:
        raise translated(error) from error
    except Exception as error:
        _LOG.exception("remediation %s broke", recipe.id)
        raise Unknown(f"the remediation {recipe.id} broke on an answer of AWS's ({type(error).__name__})") from error


def translated(error: ClientError | BotoCoreError) -> Busy | Unknown:
    """An error of AWS's in our words."""
    if not isinstance(error, ClientError):
        return Unknown(f"AWS could not be reached: {type(error).__name__}")
    code = error.response.get("Error", {}).get("Code", "unknown")
    if code in _NOT_NOW:
        return Busy(f"AWS throttles {error.operation_name} ({code})", retry_after=10)
    return Unknown(f"AWS answered {code} to {error.operation_name}")
