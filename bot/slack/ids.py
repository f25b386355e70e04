"""Identifiers of the bot's buttons and modals, and the values that they carry."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from bot.domain.canonical import dumps
from bot.domain.errors import BadInput


class ActionId(StrEnum):
    """`action_id` of every button and input. Values never change: posted cards carry them."""

    APPROVE = "cspm_approve"
    DENY = "cspm_deny"
    REVIEW = "cspm_review"
    REVIEW_CASE = "cspm_review_case"
    UNDO = "cspm_undo"
    UNDO_RUN = "cspm_undo_run"
    ASK_AGAIN = "cspm_ask_again"
    TAKE_BACK = "cspm_take_back"
    DETAILS = "cspm_details"
    REFRESH_HOME = "cspm_refresh_home"
    PREVIOUS_PAGE = "cspm_page_back"
    NEXT_PAGE = "cspm_page_on"
    PREVIOUS_FINDINGS = "cspm_findings_back"
    NEXT_FINDINGS = "cspm_findings_on"
    FINDING_DETAILS = "cspm_about"
    BACK_TO_DETAILS = "cspm_about_again"
    RAW_FINDING = "cspm_as_sent"
    DENY_REASON = "cspm_deny_reason"
    CHANGE_REFERENCE = "cspm_change_reference"
    EXEMPT = "cspm_exempt"
    EXEMPT_SCOPE = "cspm_exempt_scope"
    EXEMPT_REASON = "cspm_exempt_reason"
    EXEMPT_UNTIL = "cspm_exempt_until"
    ALLOW_EXEMPTION = "cspm_allow_exemption"
    REFUSE_EXEMPTION = "cspm_refuse_exemption"
    HAND_OVER = "cspm_hand_over"
    HAND_OVER_TO = "cspm_hand_over_to"
    HAND_OVER_UNTIL = "cspm_hand_over_until"
    HAND_OVER_LINK = "cspm_hand_over_link"


class CallbackId(StrEnum):
    """`callback_id` of every modal. Submitting one with a submit button is a decision."""

    APPROVE = "cspm_approve_view"
    DENY = "cspm_deny_view"
    UNDO = "cspm_undo_view"
    REVIEW = "cspm_review_view"
    EXEMPT = "cspm_exempt_view"
    HAND_OVER = "cspm_hand_over_view"
    DETAILS = "cspm_details_view"
    FINDINGS = "cspm_findings_view"
    FINDING_DETAILS = "cspm_about_view"
    NOTE = "cspm_note_view"


class BlockId(StrEnum):
    """`block_id` of inputs, the keys of a submission's values."""

    DENY_REASON = "cspm_deny_reason_block"
    CHANGE_REFERENCE = "cspm_change_reference_block"
    EXEMPT_SCOPE = "cspm_exempt_scope_block"
    EXEMPT_REASON = "cspm_exempt_reason_block"
    EXEMPT_UNTIL = "cspm_exempt_until_block"
    HAND_OVER_TO = "cspm_hand_over_to_block"
    HAND_OVER_UNTIL = "cspm_hand_over_until_block"
    HAND_OVER_LINK = "cspm_hand_over_link_block"


_CASE: Final = re.compile(r"[0-9A-Za-z]{1,40}")
_TARGET: Final = re.compile(r"[0-9a-z]{1,40}")
_MANIFEST: Final = re.compile(r"([0-9a-f]{32})?")
_CHANNEL: Final = re.compile(r"([A-Z0-9]{1,20})?")
_TS: Final = re.compile(r"(\d{1,12}\.\d{1,8})?")
_MAX_PAGE: Final = 9999


@dataclass(frozen=True)
class ButtonValue:
    """Value of a card button: the case and the manifest that was shown ('' where none is needed)."""

    case_id: str
    manifest: str = ""

    @property
    def text(self) -> str:
        """Compact JSON for Slack's `value`."""
        return dumps({"c": self.case_id, "m": self.manifest})

    @classmethod
    def parse(cls, text: object) -> ButtonValue:
        """Parse the output of `text`. Raises BadInput for anything else."""
        fields = _validated(_parse_object(text), {"c": _CASE, "m": _MANIFEST})
        return cls(fields["c"], fields["m"])


@dataclass(frozen=True)
class UndoValue:
    """Value of an Undo button in a list: one target of a case."""

    case_id: str
    target_id: str

    @property
    def text(self) -> str:
        """Compact JSON for Slack's `value`."""
        return dumps({"c": self.case_id, "t": self.target_id})

    @classmethod
    def parse(cls, text: object) -> UndoValue:
        """Parse the output of `text`. Raises BadInput for anything else."""
        fields = _validated(_parse_object(text), {"c": _CASE, "t": _TARGET})
        return cls(fields["c"], fields["t"])


@dataclass(frozen=True)
class Metadata:
    """A modal's `private_metadata`: the button's value, the card that it belongs to, and the page, if any."""

    case_id: str
    manifest: str = ""
    channel: str = ""
    ts: str = ""
    page: int = 0

    @property
    def text(self) -> str:
        return dumps({"c": self.case_id, "ch": self.channel, "m": self.manifest, "p": self.page, "ts": self.ts})

    @classmethod
    def parse(cls, text: object) -> Metadata:
        """Parse the output of `text`. Raises BadInput for anything else."""
        carried = _parse_object(text)
        page = _parse_page(carried.pop("p", None))
        fields = _validated(carried, {"c": _CASE, "ch": _CHANNEL, "m": _MANIFEST, "ts": _TS})
        return cls(fields["c"], fields["m"], fields["ch"], fields["ts"], page)


_QUERY: Final = re.compile(r"[^\x00-\x1f]{0,300}")
_CURSOR: Final = re.compile(r"[^\x00-\x1f\"\\]{0,190}")
_ACCOUNT: Final = re.compile(r"[^\x00-\x1f|]{0,64}")
_FINDING: Final = re.compile(r"([a-z2-7]{26})?")
_OPTIONAL_CASE: Final = re.compile(rf"({_CASE.pattern})?")
_OPTIONAL_TARGET: Final = re.compile(rf"({_TARGET.pattern})?")
_PREVIOUS_BYTES: Final = 2_200
"""Share of Slack's 3,000 metadata characters for the cursors of previous pages."""


@dataclass(frozen=True)
class DetailsValue:
    """Key of a details modal: a finding (where it is stored), a target of a case, or both."""

    account: str = ""
    region: str = ""
    fid: str = ""
    case_id: str = ""
    target_id: str = ""

    @property
    def text(self) -> str:
        """Compact JSON for Slack's `value`."""
        return dumps({"a": self.account, "c": self.case_id, "f": self.fid, "r": self.region, "t": self.target_id})

    @classmethod
    def parse(cls, text: object) -> DetailsValue:
        """Parse the output of `text`. Raises BadInput for anything else."""
        patterns = {"a": _ACCOUNT, "c": _OPTIONAL_CASE, "f": _FINDING, "r": _ACCOUNT, "t": _OPTIONAL_TARGET}
        fields = _validated(_parse_object(text), patterns)
        return cls(fields["a"], fields["r"], fields["f"], fields["c"], fields["t"])


@dataclass(frozen=True)
class ListPage:
    """A page of a list in a modal's metadata: the query, and the cursors of this, the next and the previous pages.

    `number` counts from 0; `next` is '' on the last page. Of a long `previous` only the first cursor and the latest
    ones are stored.
    """

    query: str
    at: str = ""
    next: str = ""
    previous: tuple[str, ...] = ()
    number: int = 0

    @property
    def text(self) -> str:
        previous = self.previous
        while sum(len(cursor.encode()) + 3 for cursor in previous) > _PREVIOUS_BYTES:
            previous = (*previous[:1], *previous[2:])
        return dumps({"at": self.at, "b": "\n".join(previous), "n": self.next, "p": self.number, "s": self.query})

    @classmethod
    def parse(cls, text: object) -> ListPage:
        """Parse the output of `text`. Raises BadInput for anything else."""
        previous = re.compile(r"[^\x00-\x09\x0b-\x1f\"\\]{0,2400}")
        carried = _parse_object(text)
        page = _parse_page(carried.pop("p", None))
        fields = _validated(carried, {"at": _CURSOR, "b": previous, "n": _CURSOR, "s": _QUERY})
        cursors = tuple(fields["b"].split("\n")) if fields["b"] else ()
        return cls(fields["s"], fields["at"], fields["n"], cursors, page)

    @property
    def next_page(self) -> ListPage:
        return ListPage(self.query, self.next, "", (*self.previous, self.at), self.number + 1)

    @property
    def previous_page(self) -> ListPage:
        before = self.number - 1 if len(self.previous) > 1 else 0
        return ListPage(self.query, self.previous[-1] if self.previous else "", "", self.previous[:-1], before)


def _validated(carried: Mapping[str, Any], patterns: Mapping[str, re.Pattern[str]]) -> dict[str, str]:
    if carried.keys() != patterns.keys():
        raise BadInput("this button is not one of the bot's: press one on a current card")
    for name, pattern in patterns.items():
        if not isinstance(carried[name], str) or not pattern.fullmatch(carried[name]):
            raise BadInput(f"this button's {name!r} is malformed: press one on a current card")
    return dict(carried)


def _parse_page(number: object) -> int:
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= _MAX_PAGE:
        raise BadInput("this page does not exist: open the review again")
    return number


def _parse_object(text: object) -> dict[str, Any]:
    try:
        value = json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise BadInput("this button carries no value of the bot's: press one on a current card")
    return value
