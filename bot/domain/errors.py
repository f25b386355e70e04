"""The tree of the bot's errors; they are caught at the edge only.

CspmError
├── BadInput            an input from outside is wrong; the message says what to do
│   ├── PolicyInvalid   the policy file has problems, each with its line
│   ├── SlackRefused    Slack rejected the call; `error` is Slack's error code
│   └── NotStorable     the table or a queue cannot hold this value
│       └── TooLarge    an item or a transaction is over DynamoDB's size limit
├── Unknown             something could not be found out; nothing may be changed because of it
│   ├── PolicyUnreadable
│   └── RightsUnknown
├── Stopped             a run cannot continue in the account; the cause is for people
├── Refusal             the resource is not one that the bot may work on; the reason is for people
├── ResourceGone        the resource does not exist any more
├── Conflict            a conditional write failed; read again
├── Busy                throttled or locked; try again after some seconds
├── IllegalStep         a step that the transition table does not have
├── Forbidden           a function used a port that its role does not grant: a mistake in the code
└── NotCanonical        a value that cannot be digested (a float, bytes, a time)
"""

from __future__ import annotations


class CspmError(Exception):
    """The base of every error that the bot raises."""


class BadInput(CspmError):
    """An input from outside is wrong; the message says what to do about it."""


class PolicyInvalid(BadInput):
    """The policy has problems; each is one line that names the place and the fix."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class SlackRefused(BadInput):
    """Slack rejected the call; `error` is Slack's error code, for example `channel_not_found`."""

    def __init__(self, message: str, error: str) -> None:
        super().__init__(message)
        self.error = error


class NotStorable(BadInput):
    """The table or a queue cannot hold this value (a float, an empty key, two writes of one item in a transaction)."""


class TooLarge(NotStorable):
    """An item over 400 KB or a transaction over 4 MB: shorten it, or split it."""


class Unknown(CspmError):
    """Something could not be found out, and what is unknown leads to no change."""


class PolicyUnreadable(Unknown):
    """The policy cannot be loaded: decisions are refused, cards are still shown."""


class RightsUnknown(Unknown):
    """The identity or the rights of a person cannot be found out."""


class Refusal(CspmError):
    """The bot does not work on this resource; the reason is shown to people."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Conflict(CspmError):
    """A conditional write failed, or another transaction was in progress.

    `failed` are the indexes of the writes whose tests did not hold: read those again. If it is empty, no test failed
    but another transaction was in progress: the same writes may be tried again after a moment.
    """

    def __init__(self, message: str, failed: tuple[int, ...] = ()) -> None:
        super().__init__(message)
        self.failed = failed


class Busy(CspmError):
    """The operation is throttled, leased or locked: try again after `retry_after` seconds."""

    def __init__(self, message: str, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class IllegalStep(CspmError):
    """The transition table has no such step from this state."""


class Forbidden(CspmError):
    """A function used a port that its role does not grant: a mistake in the code."""


class NotCanonical(CspmError):
    """A value that has no canonical form and so must not be part of a plan."""


class ResourceGone(CspmError):
    """The resource does not exist any more."""


class Stopped(CspmError):
    """A run cannot continue because of an error in the account; the message is the cause, for people.

    `unwritten` is the setting that was being written, where reading it has shown that it is as before.
    """

    def __init__(self, cause: str, unwritten: str = "") -> None:
        super().__init__(cause)
        self.unwritten = unwritten
