"""Resource policies, one setting per statement: what is wrong in one is mended, all others stay as they are.

A statement is known by its Sid; one without a Sid by a hash of what the mending leaves alone, so that it keeps its
name. Where several share a name (IAM forbids that, not every service does), the value is the list of them.
"""

from __future__ import annotations

from abc import abstractmethod
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final

from bot.domain.canonical import ABSENT, Value, canonical, same, sha256
from bot.domain.errors import Busy
from bot.domain.plan import Effect, Settings, Target
from bot.domain.ports import Account
from bot.domain.remediation import Remediation
from bot.remediations.toolkit.public_statements import is_public, narrowed_to_account
from bot.remediations.toolkit.statements import Statement, normalized, statements_of

_NAMED: Final = "policy statement "
_UNNAMED: Final = "policy statement without a Sid, "

Document = dict[str, Any]


class StatementRemediation(Remediation):
    """Subclasses say where the policy is, and what is right for a statement."""

    changed_elements: ClassVar[tuple[str, ...]] = ("Principal", "NotPrincipal")
    """The parts of a statement that the remediation may change."""

    @abstractmethod
    def document(self, target: Target, aws: Account) -> Document:
        """The policy now, {} where there is none. Raises ResourceGone."""

    @abstractmethod
    def put(self, target: Target, document: Document, aws: Account) -> None:
        """Replace the policy."""

    def remove(self, target: Target, aws: Account) -> None:
        """Remove the policy, of which no statement is left."""
        raise NotImplementedError

    def read(self, target: Target, aws: Account) -> Settings:
        """Every statement, so that others' work under the same name is seen; a plan holds only those that change."""
        return statements_by_name(statements_of(self.document(target, aws)), self.changed_elements)

    def write(self, target: Target, setting: str, value: Value, aws: Account) -> None:
        """Put one statement in its own place in a policy that is read afresh; nothing is put where nothing changes.

        Raises Busy while the service still answers the old policy (these are eventually consistent): the next statement
        would be put into that one, and take back what was written here.
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
    """In statements that let everybody in, put the account itself in everybody's place."""

    effects = (Effect.CUTS_ACCESS,)

    def comply(self, settings: Settings, target: Target, params: Mapping[str, Any]) -> Settings:
        """The same statements with `*` narrowed to the account."""
        account = f"arn:{target.resource.partition}:iam::{target.resource.account}:root"
        return {name: map_statements(value, lambda one: _closed(one, account)) for name, value in settings.items()}


def _closed(statement: Statement, account: str) -> Statement:
    return narrowed_to_account(statement, account) if is_public(statement) else statement


def map_statements(value: Value, change: Any) -> Value:
    """A setting's value with each of its statements changed; ABSENT where nothing is left."""
    if value is ABSENT:
        return ABSENT
    if not isinstance(value, list):
        return change(value)
    left = [changed for changed in (change(one) for one in value) if changed is not ABSENT]
    return left or ABSENT


def statements_by_name(statements: Iterable[Statement], mended: Iterable[str]) -> dict[str, Value]:
    """The statements in one spelling, by name, in the order of their names."""
    found: dict[str, list[Statement]] = defaultdict(list)
    for statement in statements:
        found[statement_name(statement, mended)].append(normalized(statement))
    several = {name: sorted(group, key=canonical) for name, group in sorted(found.items())}
    return {name: group[0] if len(group) == 1 else group for name, group in several.items()}


def statement_name(statement: Statement, mended: Iterable[str]) -> str:
    """The setting's name of a statement."""
    if statement.get("Sid"):
        return _NAMED + str(statement["Sid"])
    kept = {key: value for key, value in normalized(statement).items() if key not in set(mended)}
    return _UNNAMED + sha256(canonical(kept))[:8]


def replace_statements(statements: list[Statement], name: str, value: Value, mended: Iterable[str]) -> list[Statement]:
    """The statements with those of this name replaced, where the first of them stood, else at the end."""
    new = [] if value is ABSENT else [dict(one) for one in (value if isinstance(value, list) else [value])]
    mine = [index for index, one in enumerate(statements) if statement_name(one, mended) == name]
    others = [one for index, one in enumerate(statements) if index not in mine]
    place = mine[0] if mine else len(others)
    return [*others[:place], *new, *others[place:]]
