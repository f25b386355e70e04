"""The policy subject of a target, the same for the card, previews and decisions."""

from __future__ import annotations

from bot.domain.policy import Subject
from bot.domain.target import CaseTarget
from bot.remediations.catalogue import catalogue


def subject_of(target: CaseTarget) -> Subject:
    """Return the target's policy attributes, with the effects of its remediation."""
    recipe = catalogue().by_id.get(target.remediation)
    effects = recipe.effects if recipe else ()
    where = target.resource
    return Subject(where.account, where.region, target.severity, target.controls, target.tags, effects)
