"""The subject of a target: the properties that the policy matches."""

from __future__ import annotations

from bot.domain.policy import Subject
from bot.domain.target import CaseTarget
from bot.remediations.catalogue import catalogue


def subject_of(target: CaseTarget) -> Subject:
    recipe = catalogue().by_id.get(target.remediation)
    effects = recipe.effects if recipe else ()
    where = target.resource
    return Subject(where.account, where.region, target.severity, target.controls, target.tags, effects)
