"""Reading an account for a plan: the read-only role, the calls noted, and AWS's errors in our words."""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError

from bot.domain.errors import Busy, Unknown
from bot.domain.plan import Outcome, Settings, Target
from bot.domain.ports import Call
from bot.domain.remediation import Remediation, plan
from bot.world import World

_THROTTLED = frozenset(
    {"Throttling", "ThrottlingException", "RequestLimitExceeded", "TooManyRequestsException", "SlowDown"}
)


def read_outcome(recipe: Remediation, target: Target, world: World, *, with_evidence: bool = True) -> Outcome:
    """What the recipe would change here and now, read with the read-only role.

    Raises Busy when AWS throttles, and Unknown, with AWS's own code, when the settings cannot be read.
    """
    calls: list[Call] = []
    account = world.accounts.reader(target.resource, calls.append)
    try:
        return plan(recipe, target, account, with_evidence=with_evidence)
    except (ClientError, BotoCoreError) as error:
        raise translated(error) from error


def read_settings(recipe: Remediation, target: Target, world: World) -> Settings:
    """The settings now, read with the read-only role. Raises Busy, Unknown, ResourceGone and Refusal."""
    calls: list[Call] = []
    account = world.accounts.reader(target.resource, calls.append)
    try:
        return recipe.read(target, account)
    except (ClientError, BotoCoreError) as error:
        raise translated(error) from error


def translated(error: ClientError | BotoCoreError) -> Busy | Unknown:
    """An error of AWS's in our words."""
    if not isinstance(error, ClientError):
        return Unknown(f"AWS could not be reached: {type(error).__name__}")
    code = error.response.get("Error", {}).get("Code", "unknown")
    if code in _THROTTLED:
        return Busy(f"AWS throttles {error.operation_name}", retry_after=10)
    return Unknown(f"AWS answered {code} to {error.operation_name}")
