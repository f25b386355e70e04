"""The one tree of errors; they are caught at the edge only.

CspmError
├── BadInput            something from outside is not what it should be; the message says what to do
│   ├── PolicyInvalid   the policy file has problems, each with its line
│   ├── SlackRefused    Slack understood the call and said no; `error` is Slack's own word
│   └── NotStorable     the table or a queue cannot hold this
│       └── TooLarge    an item or a transaction is over DynamoDB's size limit
├── Unknown             we failed to know; nothing may be changed on the strength of it
│   ├── PolicyUnreadable
│   └── RightsUnknown
├── Stopped             a run cannot go on in the account; the cause is for people
├── Refusal             the resource is not one that the bot may work on; the reason is for people
├── ResourceGone        the resource does not exist any more
├── Conflict            a conditional write met another one; read again
├── Busy                not now: throttled or locked; try again after some seconds
├── IllegalStep         a step that the transition table does not have
├── Forbidden           a function asked for a port that its role gives it no right to: a mistake in the code
└── NotCanonical        a value that cannot be digested (a float, bytes, a time)
"""

from __future__ import annotations


class CspmError(Exception):
    """Everything that the bot raises on purpose."""


class BadInput(CspmError):
    """Something from outside is not what it should be; the message says what to do about it."""


class PolicyInvalid(BadInput):
    """The policy has problems; each is one line that names the place and the correction."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class SlackRefused(BadInput):
    """Slack understood the call and said no, for example `channel_not_found`; `error` is Slack's own word."""

    def __init__(self, message: str, error: str) -> None:
        super().__init__(message)
        self.error = error


class NotStorable(BadInput):
    """The table or a queue cannot hold this (a float, an empty key, two writes of one item in a transaction)."""


class TooLarge(NotStorable):
    """An item over 400 KB or a transaction over 4 MB: shorten it, or split it."""


class Unknown(CspmError):
    """We failed to know, and failing to know means no change."""


class PolicyUnreadable(Unknown):
    """The policy cannot be loaded now: decisions are refused, presentation goes on."""


class RightsUnknown(Unknown):
    """A person's identity or rights cannot be determined now."""


class Refusal(CspmError):
    """The bot does not work on this resource; the reason is shown to people."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Conflict(CspmError):
    """A write was refused because somebody else wrote in between.

    `failed` are the places of the writes whose tests did not hold: read those again. When it is empty, nothing was
    tested false, another transaction was in the way: the same writes may be tried again after a moment.
    """

    def __init__(self, message: str, failed: tuple[int, ...] = ()) -> None:
        super().__init__(message)
        self.failed = failed


class Busy(CspmError):
    """Not now (throttled, leased, locked): try again after `retry_after` seconds."""

    def __init__(self, message: str, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class IllegalStep(CspmError):
    """The transition table has no such step from this state."""


class Forbidden(CspmError):
    """A function asked for what its role gives it no right to; the code is wrong, not the world."""


class NotCanonical(CspmError):
    """A value that has no canonical form and so must not be part of a plan."""


class ResourceGone(CspmError):
    """The resource does not exist any more."""


class Stopped(CspmError):
    """A run cannot go on because of what the account answered; the message is the cause, for people.

    `unwritten` is the setting that was being written, where reading it has shown that it is as before.
    """

    def __init__(self, cause: str, unwritten: str = "") -> None:
        super().__init__(cause)
        self.unwritten = unwritten
