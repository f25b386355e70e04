"""One target of a case, with the consequences of each step that it takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.domain.exemption import ExemptionRequest
from bot.domain.plan import Evidence, Plan, SettingConflict
from bot.domain.states import BUSY, CLOSING, State, Step, allows, move
from bot.domain.target_record import Attempt, Decision, Proposal, TargetRecord, Vote

_NO_REQUEST: Final = ExemptionRequest()


@dataclass(frozen=True)
class CaseTarget(TargetRecord):
    """One target of a case. The methods are its steps.

    Each returns the record after the step, with everything that the step sets and clears. It raises IllegalStep where
    `bot.domain.states.TRANSITIONS` does not have the step.
    """

    # Planning

    def planned(self, plan: Plan, evidence: Sequence[Evidence], at: str) -> CaseTarget:
        """Propose a plan, or propose it again; only votes for the same digest still count."""
        step = Step.PLANNED if self.state is State.NEW else Step.REPLAN
        known = self.proposal.asked_at if step is Step.REPLAN and self.proposal.digest == plan.digest else ""
        votes = tuple(vote for vote in self.decision.votes if vote.digest == plan.digest)
        return replace(
            self.after(step),
            proposal=Proposal(plan.text, plan.digest, at, known or at, tuple(evidence)),
            decision=replace(self.decision, votes=votes, reference=""),
            note="",
        )

    def asked_again(self, at: str) -> CaseTarget:
        """Ask again, with nothing of the earlier decision, and without a plan until the settings are read."""
        return replace(
            self.after(Step.ASK_AGAIN),
            proposal=Proposal(asked_at=at),
            decision=Decision(),
            exemption_request=_NO_REQUEST,
            attempt=self.attempt.next(),
            note="",
        )

    def no_fix(self) -> CaseTarget:
        """Show guidance instead of a plan."""
        return self.after(Step.NO_FIX)

    def found_compliant(self, evidence: Sequence[Evidence], at: str) -> CaseTarget:
        """Note that there is nothing to change: a new target waits for its source, any other stays where it is."""
        return replace(
            self.after(Step.COMPLIANT) if self.state is State.NEW else self,
            proposal=replace(self.proposal.without_plan(), planned_at=at, evidence=tuple(evidence)),
            attempt=replace(self.attempt, proved_at=at),
            note="the settings are right already; Security Hub has not said so yet",
        )

    def refused(self, reason: str, at: str) -> CaseTarget:
        """Note why the remediation does not work on this resource; the state stays, and there is no plan."""
        return replace(
            self.after(Step.REFUSED) if self.state is State.NEW else self,
            proposal=replace(self.proposal.without_plan(), planned_at=at),
            note=reason,
        )

    def unreadable(self, reason: str) -> CaseTarget:
        """Note why the settings cannot be read; the state stays, and so does a plan that was read before."""
        return replace(self.after(Step.UNREADABLE) if self.state is State.NEW else self, note=reason)

    # Decisions

    def voted(self, vote: Vote, earlier: Sequence[Vote]) -> CaseTarget:
        """Add a vote to the earlier ones that still count; a person's earlier votes are replaced."""
        votes = (*(one for one in earlier if one.user != vote.user), vote)
        return replace(self, decision=replace(self.decision, votes=votes))

    def approved(self, run_id: str, reference: str = "", step: Step = Step.APPROVE) -> CaseTarget:
        """Approve the plan with the votes so far; the last voter is the one who decided."""
        return replace(
            self.after(step),
            decision=replace(self._decided_by_vote(), reference=reference),
            exemption_request=_NO_REQUEST,
            attempt=Attempt(run_id, continues=self.attempt.continues),
            note="",
        )

    def auto_approved(self, vote: Vote, run_id: str) -> CaseTarget:
        """Approve the plan in automatic mode, by the policy's one vote."""
        return self.voted(vote, ()).approved(run_id, step=Step.AUTO)

    def undo_approved(self, run_id: str) -> CaseTarget:
        """Approve the undo of the last fix with the votes so far."""
        run = self.attempt
        return replace(
            self.after(Step.UNDO),
            decision=self._decided_by_vote(),
            attempt=replace(run, run_id=run_id, undo_of=run.fix_run, not_before="", written="", conflicts=()),
            note="",
        )

    def _decided_by_vote(self) -> Decision:
        last = self.decision.votes[-1]
        return Decision(last.user, last.at, self.decision.votes)

    def denied(self, by: str, at: str, reason: str) -> CaseTarget:
        """Deny the proposal."""
        return self._decided(Step.DENY, Decision(by, at, reason=reason), no_auto=f"denied by {by}")

    def handed_over(self, by: str, at: str, to: str, until: str, link: str) -> CaseTarget:
        """Hand the target over to a person until a day, with a link to their change."""
        decision = Decision(by, at, until=until, handed_to=to, link=link)
        return self._decided(Step.HAND_OVER, decision, no_auto=f"handed over by {by}")

    def exempted(self, request: ExemptionRequest, at: str) -> CaseTarget:
        """Grant an exemption request; those who asked for and allowed it are kept as its voters."""
        votes = tuple(Vote(user, at, request.id) for user in (request.by, *request.allowed))
        decision = Decision(request.by, at, votes, request.reason, until=request.until, exemption=request.id)
        return self._decided(Step.EXEMPT, decision, no_auto=f"exempted by {request.by}")

    def suppressed(self, author: str, at: str) -> CaseTarget:
        """Record a suppression that was made in Security Hub by somebody else than the bot."""
        return self._decided(Step.EXEMPT, Decision(author, at), no_auto=self.no_auto)

    def lapsed(self) -> CaseTarget:
        """End a proposal that nobody answered in time."""
        return self._decided(Step.LAPSE, Decision(), no_auto=self.no_auto)

    def _decided(self, step: Step, decision: Decision, no_auto: str) -> CaseTarget:
        return replace(self.after(step), decision=decision, exemption_request=_NO_REQUEST, no_auto=no_auto)

    def exemption_requested(self, request: ExemptionRequest) -> CaseTarget:
        """Record an exemption request, or one more person who allows it; the state stays."""
        return replace(self, exemption_request=request)

    def exemption_refused(self) -> CaseTarget:
        """Drop the exemption request; the state stays."""
        return replace(self, exemption_request=_NO_REQUEST)

    def expired(self) -> CaseTarget:
        """Withdraw an approval that did not begin, and ask again; the plan stays until it is read again."""
        return replace(
            self.after(Step.EXPIRE),
            proposal=replace(self.proposal, asked_at=""),
            decision=Decision(),
            attempt=self.attempt.next(),
            note="",
        )

    def withdrawn(self, by: str) -> CaseTarget:
        """Take back an approval on somebody's decision; automatic mode does not approve it again."""
        return replace(self.expired(), no_auto=f"taken back by {by}")

    # Runs

    def scheduled(self, not_before: str, reason: str) -> CaseTarget:
        """Note when an approved run may begin, and why not now; the state stays."""
        return replace(self, attempt=replace(self.attempt, not_before=not_before), note=reason)

    def started(self) -> CaseTarget:
        """Begin to write."""
        return replace(self.after(Step.START), note="")

    def stale(self, reason: str, conflicts: Sequence[SettingConflict]) -> CaseTarget:
        """Note that the approved plan is not what would be done now; its votes do not count any more."""
        return replace(
            self.after(Step.DIFFERS),
            decision=replace(self.decision, votes=()),
            attempt=replace(self.attempt, conflicts=tuple(conflicts)),
            note=reason,
        )

    def written(self) -> CaseTarget:
        """Note that every change is written and the settings are being read back; an undo stays in its state."""
        if self.state is State.UNDOING:
            return replace(self, note="reading the settings back")
        return self.after(Step.WRITTEN)

    def proved(self, evidence: Sequence[Evidence], at: str) -> CaseTarget:
        """Note that the settings read back compliant; a target that a source has closed stays closed."""
        proof = replace(
            self,
            proposal=replace(self.proposal, evidence=tuple(evidence) or self.proposal.evidence),
            attempt=replace(self.attempt, proved_at=at),
            note="",
        )
        return proof.after(Step.PROVED).settled() if self.state is State.VERIFYING else proof

    def undone(self, at: str) -> CaseTarget:
        """Note that the settings read back as before the fix; a PASSED that came during the undo is outdated."""
        return replace(
            self.after(Step.UNDONE),
            attempt=replace(self.attempt, continues="", proved_at=at, confirmed_at=""),
            closing="" if self.closing == Step.PASSED else self.closing,
            note="",
            no_auto="undone",
        ).settled()

    def undo_conflicted(self, reason: str, conflicts: Sequence[SettingConflict]) -> CaseTarget:
        """Note that an undo would overwrite somebody's later change."""
        attempt = replace(self.attempt, conflicts=tuple(conflicts))
        return replace(self.after(Step.CONFLICT), attempt=attempt, note=reason).settled()

    def failed(self, reason: str, written: str) -> CaseTarget:
        """Note why a run failed and which part of its plan it had written; unchanged where no run is under way."""
        begun = self.after(Step.START) if self.state is State.APPROVED else self
        step = Step.DEADLINE if begun.state is State.VERIFYING else Step.ERROR
        if not allows(begun.state, step):
            return self
        return replace(begun.after(step), attempt=replace(self.attempt, written=written), note=reason).settled()

    # Sources

    def closed(self, step: Step, confirmed_at: str = "") -> CaseTarget:
        """Close the target on its source's report; during a run the step is noted and taken after it."""
        run = self.attempt
        return replace(self.after(step), attempt=replace(run, confirmed_at=confirmed_at or run.confirmed_at))

    def gone(self) -> CaseTarget:
        """Close the target because its resource is deleted."""
        return replace(self.after(Step.GONE), note="the resource does not exist any more")

    def superseded(self, note: str) -> CaseTarget:
        """Close the target because another one takes its place."""
        over = self if self.state is State.RESOLVED else self.after(Step.ARCHIVED)
        return replace(over, proposal=self.proposal.without_plan(), note=note)

    def disputed(self) -> CaseTarget:
        """Note that Security Hub has not confirmed the fix in time; people decide from here on."""
        return replace(self.after(Step.UNCONFIRMED), no_auto="disputed")

    def reopened(self, since: str) -> CaseTarget:
        """Start again after the finding fails again; of what was done before only the fixes and `no_auto` stay."""
        return replace(
            self.after(Step.FAILED_AGAIN),
            proposal=Proposal(evidence=self.proposal.evidence),
            decision=Decision(),
            exemption_request=_NO_REQUEST,
            attempt=Attempt(),
            note="",
            closing="",
            past_fixes=self.all_fixes,
            since=since,
        )

    def after(self, step: Step) -> CaseTarget:
        """Return the target in the state after a step; a closing step during a run is noted, and taken by `settled`."""
        if self.state in BUSY and step in CLOSING:
            return replace(self, closing=step)
        kept = _NO_REQUEST if step in CLOSING else self.exemption_request
        return replace(self, state=move(self.state, step), exemption_request=kept)

    def settled(self) -> CaseTarget:
        """Take the closing step that was noted during the run, if there is one and the state allows it now."""
        if not self.closing or self.state in BUSY:
            return self
        cleared = replace(self, closing="")
        return cleared.after(Step(self.closing)) if allows(self.state, Step(self.closing)) else cleared
