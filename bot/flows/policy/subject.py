"""A target as the policy is asked about it: one answer for the card, for a quick look, and for the judgement."""

from __future__ import annotations

from bot.domain.case import Work
from bot.domain.policy import Subject
from bot.remediations.catalogue import catalogue


def subject_of(work: Work) -> Subject:
    """In plain words, with the effects of what would be done."""
    recipe = catalogue().by_id.get(work.remediation)
    effects = recipe.effects if recipe else ()
    where = work.resource
    return Subject(where.account, where.region, work.severity, work.controls, work.tags, effects)
