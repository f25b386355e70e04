"""Output of `cspm plan`: text for a terminal, and an object for `--json`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.cli.terminal import columns, plain
from bot.domain.canonical import encode
from bot.domain.plan import Change, Changes, Compliant, Evidence, Gone, Outcome, Plan, Refused, Reversible, Target
from bot.domain.remediation import Guidance, Remediation
from bot.slack.text.values import format_value

NOTHING_DONE = "Nothing was changed: this command only reads."


def as_object(recipe: Remediation, target: Target, outcome: Outcome) -> dict[str, Any]:
    """Return the outcome for `--json`. An absent value is `{"$cspm": "absent"}`, as in the digest."""
    where = target.resource
    return {
        "outcome": type(outcome).__name__.lower(),
        "remediation": recipe.id,
        "controls": sorted(target.controls),
        "account": where.account,
        "region": where.region,
        "resource_type": where.type,
        "resource": where.id,
        "effects": [effect.name for effect in recipe.effects],
        "reversible": recipe.reversible.value,
        "not_restored": recipe.not_restored,
        **_details(outcome),
    }


def _details(outcome: Outcome) -> dict[str, Any]:
    match outcome:
        case Changes(plan, evidence):
            return {**_plan_object(plan), "evidence": _evidence_objects(evidence)}
        case Compliant(evidence):
            return {"evidence": _evidence_objects(evidence)}
        case Refused(reason):
            return {"reason": reason}
        case Gone():
            return {}


def _plan_object(plan: Plan) -> dict[str, Any]:
    changes = [
        {"setting": one.setting, "before": encode(one.before), "after": encode(one.after)} for one in plan.changes
    ]
    return {"digest": plan.digest, "params": encode(dict(plan.params)), "changes": changes}


def _evidence_objects(evidence: Iterable[Evidence]) -> list[dict[str, Any]]:
    return [{"question": one.question, "answer": one.answer, "known": one.known} for one in evidence]


def as_text(recipe: Remediation, target: Target, outcome: Outcome) -> str:
    """Return the outcome in the words of the card."""
    where = target.resource
    head = [
        plain(f"{recipe.problem} · {where.name}"),
        plain(f"  {where.account} · {where.region} · {', '.join(sorted(target.controls))} · {recipe.id}"),
        plain(f"  {where.id}"),
        "",
    ]
    return "\n".join([*head, *_body(recipe, outcome), "", NOTHING_DONE])


def _body(recipe: Remediation, outcome: Outcome) -> list[str]:
    match outcome:
        case Changes(plan, evidence):
            return [
                *_evidence(evidence),
                "Approve changes exactly this",
                *_changes(plan.changes),
                "",
                *_facts(recipe, plan),
            ]
        case Compliant(evidence):
            return [*_evidence(evidence), "Compliant: the settings are right, there is nothing to change."]
        case Gone():
            return ["Gone: there is no such resource in this account and Region."]
        case Refused(reason):
            return [plain(f"Refused: {reason}")]


def _evidence(evidence: Iterable[Evidence]) -> list[str]:
    rows = [(one.question, one.answer) for one in evidence]
    return ["Depends on it", *columns(rows), ""] if rows else []


def _changes(changes: Iterable[Change]) -> list[str]:
    return columns((one.setting, format_value(one.before), "→", format_value(one.after)) for one in changes)


def _facts(recipe: Remediation, plan: Plan) -> list[str]:
    rows = [("effects", ", ".join(effect.value for effect in recipe.effects) or "none"), ("undo", undo_text(recipe))]
    rows += [(f"parameter {name}", format_value(value)) for name, value in sorted(plan.params.items())]
    return columns([*rows, ("digest", plan.digest)])


def undo_text(recipe: Remediation) -> str:
    match recipe.reversible:
        case Reversible.YES:
            return "restores what was"
        case Reversible.PARTLY:
            return f"restores all but {recipe.not_restored}"
        case Reversible.NO:
            return "none: this cannot be taken back"


def guidance_object(guidance: Guidance) -> dict[str, Any]:
    """Return a guidance for `--json`."""
    return {
        "outcome": "guidance",
        "guidance": guidance.id,
        "controls": list(guidance.controls),
        "why_no_fix": guidance.why_no_fix,
        "steps": list(guidance.steps),
    }


def guidance_text(guidance: Guidance) -> str:
    """Return a guidance in the words of its card."""
    steps = [plain(f"  {number}. {step}") for number, step in enumerate(guidance.steps, start=1)]
    return "\n".join([plain(guidance.problem), plain(f"  No fix by button: {guidance.why_no_fix}"), "", *steps])
