"""Domain values for tests: each has everything, and a test says only what it is about."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.domain.canonical import Value
from bot.domain.case import Case
from bot.domain.finding import Severity, Status
from bot.domain.plan import Change, Plan
from bot.domain.policy import Subject
from bot.domain.resource import Resource
from bot.domain.target import CaseTarget
from bot.domain.target_record import FindingNote

BUCKET = Resource("aws", "111122223333", "eu-west-1", "AWS::S3::Bucket", "arn:aws:s3:::acme-payroll-exports")


def a_plan(*changes: tuple[str, Value, Value], **params: Any) -> Plan:
    """A plan on the example bucket."""
    return Plan("BlockPublicAccess", 1, BUCKET, params, tuple(Change(*change) for change in changes))


def a_note(control: str = "S3.8", status: Status = Status.OPEN, severity: Severity = Severity.HIGH) -> FindingNote:
    """A finding as its target knows it."""
    return FindingNote(control, status, severity)


def having(target: CaseTarget, **values: Any) -> CaseTarget:
    """The target with these values, each in the part of the record that has a field of this name."""
    for part in ("proposal", "decision", "attempt"):
        own = {name: values.pop(name) for name in list(values) if hasattr(getattr(target, part), name)}
        target = replace(target, **{part: replace(getattr(target, part), **own)})
    return replace(target, **values)


def a_target(*notes: FindingNote, **more: Any) -> CaseTarget:
    """A target of the example bucket with these findings."""
    target = CaseTarget("01JCASE", "target_id", "BlockPublicAccess", "BlockPublicAccess", BUCKET)
    return having(target, findings={f"f{place}": note for place, note in enumerate(notes)}, **more)


def a_case(**more: Any) -> Case:
    """A case in C0SECURITY."""
    case = Case(
        "01JCASE",
        "111122223333",
        "BlockPublicAccess",
        "BlockPublicAccess",
        "routes[0]",
        "C0SECURITY",
        "Public bucket",
        Severity.HIGH,
        "2025-09-21T09:00:00.000Z",
    )
    return replace(case, **more)


def a_subject(**more: Any) -> Subject:
    """A failing control on production, as the policy is asked about it."""
    subject = Subject("111122223333", "eu-west-1", Severity.HIGH, ("S3.8",), {"env": "prod"})
    return replace(subject, **more)
