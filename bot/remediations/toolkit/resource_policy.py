"""Base classes of remediations of resource policies, with one setting per statement.

A statement is identified by its Sid; one without a Sid by a hash of the elements that the remediation does not change,
so that it keeps its name. If several share a name (IAM forbids that, not every service does), the value is their list.
"""

from __future__ import annotations

from abc import abstractmethod
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import ABSENT, Value, canonical, same, sha256
from bot.domain.errors import Busy
from bot.domain.plan import Effect, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Remediation
from bot.remediations.toolkit.public_statements import is_public, narrowed_to_account
from bot.remediations.toolkit.statements import Statement, normalized, statements_of

_WITH_SID: Final = "policy statement "
_WITHOUT_SID: Final = "policy statement without a Sid, "

Document = dict[str, Any]


class StatementRemediation(Remediation):
    """A remediation that changes statements of a policy. Subclasses read and write it, and change the statements."""

    changed_elements: ClassVar[tuple[str, ...]] = ("Principal", "NotPrincipal")
    """The elements of a statement that the remediation may change."""

    @abstractmethod
    def document(self, target: Target, aws: Account) -> Document:
        """Return the current policy, {} if there is none. Raise ResourceGone."""

    @abstractmethod
    def put(self, target: Target, document: Document, aws: Account) -> None:
        """Replace the policy."""

    def remove(self, target: Target, aws: Account) -> None:
        """Delete the policy, because no statement of it remains."""
        raise NotImplementedError

    def read(self, target: Target, aws: Account) -> Settings:
        """Return all statements, so that a conflicting change under a planned name is seen."""
        return statements_by_name(statements_of(self.document(target, aws)), self.changed_elements)

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Replace one statement in the current policy; all others stay as they are.

        Raise Busy while the service still returns the old policy, because these services are eventually consistent: the
        next statement would be written into the old policy, and so revert this one.
        """
        document = self.document(target, aws)
        before = self._named(document, setting)
        statements = replace_statements(statements_of(document), setting, value, self.changed_elements)
        if statements:
            self.put(target, {"Version": "2012-10-17", **document, "Statement": statements}, aws)
        elif document:
            self.remove(target, aws)
        if not same(before, value) and same(self._named(self.document(target, aws), setting), before):
            raise Busy("the service answers the old policy still", retry_after=5)

    def _named(self, document: Document, setting: str) -> Value:
        return statements_by_name(statements_of(document), self.changed_elements).get(setting, ABSENT)


class RestrictPublicPolicy(StatementRemediation):
    """Replace everyone by the account itself in public statements."""

    effects = (Effect.CUTS_ACCESS,)

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        account = f"arn:{target.resource.partition}:iam::{target.resource.account}:root"
        return {name: map_statements(value, lambda one: _restricted(one, account)) for name, value in settings.items()}


def _restricted(statement: Statement, account: str) -> Statement:
    return narrowed_to_account(statement, account) if is_public(statement) else statement


def map_statements(value: Value, change: Callable[[Any], Any]) -> Value:
    """Return a setting's value with `change` applied to each of its statements; ABSENT if none remains."""
    if value is ABSENT:
        return ABSENT
    if not isinstance(value, list):
        return change(value)
    left = [changed for changed in (change(statement) for statement in value) if changed is not ABSENT]
    return left or ABSENT


def statements_by_name(statements: Iterable[Statement], changed_elements: Iterable[str]) -> dict[str, Value]:
    """Return the normalized statements by the names of their settings, in the order of the names."""
    elements = tuple(changed_elements)
    groups: dict[str, list[Statement]] = defaultdict(list)
    for statement in statements:
        groups[statement_name(statement, elements)].append(normalized(statement))
    ordered = {name: sorted(group, key=canonical) for name, group in sorted(groups.items())}
    return {name: group[0] if len(group) == 1 else group for name, group in ordered.items()}


def statement_name(statement: Statement, changed_elements: Iterable[str]) -> str:
    """Return the name of a statement's setting."""
    if statement.get("Sid"):
        return _WITH_SID + str(statement["Sid"])
    kept = {key: value for key, value in normalized(statement).items() if key not in set(changed_elements)}
    return _WITHOUT_SID + sha256(canonical(kept))[:8]


def replace_statements(
    statements: list[Statement], name: str, value: Value, changed_elements: Iterable[str]
) -> list[Statement]:
    """Return the statements with those of this name replaced at the place of the first of them, or at the end."""
    elements = tuple(changed_elements)
    new = [] if value is ABSENT else [dict(one) for one in (value if isinstance(value, list) else [value])]
    replaced = [index for index, one in enumerate(statements) if statement_name(one, elements) == name]
    others = [one for index, one in enumerate(statements) if index not in replaced]
    place = replaced[0] if replaced else len(others)
    return [*others[:place], *new, *others[place:]]
