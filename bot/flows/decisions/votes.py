"""Whose yes counts, and that the plan which it is given to is the target's own. Raises Refusal where it is not.

What a target says of itself may have been written by functions that decide nothing, so it is held against what only
`remediate` writes (who said yes) and against what was signed (the digest).
"""

from __future__ import annotations

from bot.domain.case import Case
from bot.domain.errors import Refusal
from bot.domain.plan import Plan
from bot.domain.policy import Approvers
from bot.domain.rights import Groups, named
from bot.domain.target import CaseTarget
from bot.domain.target_record import Vote
from bot.store.votes import Votes


def require_own(text: str, digest: str, target: CaseTarget, case: Case) -> None:
    """That this is the plan of this digest, for this target of this case: the policy is asked about the target."""
    try:
        plan = Plan.from_text(text)
    except (ValueError, TypeError) as error:
        raise Refusal("what would be changed cannot be read; ask again") from error
    if plan.digest != digest:
        raise Refusal("what would be changed is not what it says it is; ask again")
    if (plan.remediation, plan.resource) != (target.remediation, target.resource):
        raise Refusal("what would be changed is not this resource; ask again")
    if plan.resource.account != case.account:
        raise Refusal("this resource is not of the card's account; ask again")


def counted(said: Votes, what: str, approvers: Approvers, groups: Groups, since: str = "") -> tuple[Vote, ...]:
    """The yeses to a digest or a wish, by people who are among the approvers still, given after `since`."""
    return tuple(one for one in said.to(what) if one.at > since and named(one.user, approvers, groups))
