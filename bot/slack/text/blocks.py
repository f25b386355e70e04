"""Block Kit: escaping of external text, block constructors, and Slack's limits.

All text in messages passes through here. Limits are those of docs.slack.dev/reference/block-kit and of
slack_sdk.models (3.43 and later).
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final

Block = dict[str, Any]

MAX_SECTION: Final = 3000
MAX_CONTEXT: Final = 2000
MAX_BUTTON: Final = 75
MAX_CONFIRM_TITLE: Final = 100
MAX_CONFIRM: Final = 300
MAX_CONFIRM_BUTTON: Final = 30
MAX_TITLE: Final = 24
MAX_HEADER: Final = 150
MAX_LINK: Final = 300
MAX_MESSAGE_BYTES: Final = 12_000
"""Slack publishes no limit for a whole message; `msg_blocks_too_long` was seen near 13.2 kB."""

_INVISIBLE: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5")
_RESERVED_CHARACTERS: Final = frozenset("‹⏎ˋ")
"""Characters with a meaning in this module's output; in external text they are spelt out."""

_FORMATTING: Final = re.compile(r"(?<![^\W_])[*_~]|[*_~](?![^\W_])")
_SHORTCODE: Final = re.compile(r":(?=[a-z0-9_+'-]+:)")
_LOOK_ALIKE: Final = {"*": "∗", "_": "ˍ", "~": "∼"}
_RIGHT_TO_LEFT: Final = frozenset({"R", "AL", "AN"})
_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


def _safe_char(char: str) -> str:
    if char == "\n":
        return "⏎"
    if char == "`":
        return "ˋ"
    if char in "&<>":
        return {"&": "&amp;", "<": "&lt;", ">": "&gt;"}[char]
    return f"‹U+{ord(char):04X}›" if _is_hidden(char) else char


def _is_hidden(char: str) -> bool:
    kind = unicodedata.category(char)
    variation = "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"
    return (kind[0] in "CZ" and char != " ") or char in _INVISIBLE or char in _RESERVED_CHARACTERS or variation


def _isolated(raw: str, shown: str) -> str:
    """Wrap right-to-left text in an isolate, since it would swap the text before and after an arrow."""
    if any(unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in raw):
        return f"{_ISOLATE}{shown}{_POP_ISOLATE}"
    return shown


def _truncate(pieces: Iterable[str], limit: int) -> tuple[str, bool]:
    """Join as many whole pieces as `limit` bytes hold with an ellipsis; also return whether all of them fit."""
    kept: list[str] = []
    room = limit - len("…".encode())
    for piece in pieces:
        room -= len(piece.encode())
        if room < 0:
            return "".join(kept) + "…", False
        kept.append(piece)
    return "".join(kept), True


def visible(text: str) -> Iterator[str]:
    """Make each character safe for mrkdwn: invisible ones spelt out, `&<>` escaped, backticks replaced."""
    return (_safe_char(char) for char in text)


def escape(text: str, limit: int = 500) -> str:
    """Escape external prose for mrkdwn, at most `limit` bytes: no mentions, links, formatting or emoji names."""
    raw = " ".join(text.split())
    safe = _SHORTCODE.sub("꞉", _FORMATTING.sub(lambda found: _LOOK_ALIKE[found.group()], raw))
    return _isolated(raw, _truncate(_safe_prose(safe), limit)[0])


def _safe_prose(safe: str) -> Iterator[str]:
    return (char if char in "ˍ∗∼꞉" else _safe_char(char) for char in safe)


def code(text: str, limit: int = 120) -> str:
    """Format an external name or value as a code span, which Slack does not format; at most about `limit` bytes."""
    return f"`{_isolated(text, _truncate(visible(text), limit)[0]) or '—'}`"


def fits(text: str, limit: int) -> bool:
    """Return whether `code(text, limit)` shows all of it."""
    return _truncate(visible(text), limit)[1]


def clip(text: str, limit: int) -> str:
    """Truncate external text for plain_text objects to `limit` bytes; angle brackets become quotation marks."""
    raw = _SHORTCODE.sub("꞉", " ".join(text.split())).replace("<", "«").replace(">", "»")
    return _truncate((char if char == "&" else _safe_char(char) for char in raw), limit)[0]


def join_parts(parts: Iterable[str]) -> str:
    """Join the non-empty parts with middle dots."""
    return " · ".join(part for part in parts if part)


def counted(number: int, one: str, many: str = "") -> str:
    """Format as `1 change`, `3,000 changes`; `many` is an irregular plural."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def local_time(moment: datetime | str) -> str:
    """Return a Slack date token, shown in the reader's time zone. `moment` may be ISO text; '' gives ''."""
    if not moment:
        return ""
    at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    fallback = at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{fallback}>"


def local_date(moment: datetime | str) -> str:
    """As `local_time`, without the time of day."""
    return local_time(moment).replace("{date_short_pretty} {time}", "{date_short_pretty}")


def link(url: str, label: str) -> str:
    """Return a mrkdwn link, '' unless `url` is https and has no character that could end it early."""
    if (
        len(url) > MAX_LINK
        or not re.fullmatch(r"https://[A-Za-z0-9.-]+(:\d+)?(/[^\s<>|`\"\\]*)?", url)
        or not url.isascii()
    ):
        return ""
    return f"<{url.replace('&', '&amp;')}|{label}>"


def plain_text(text: str, limit: int = MAX_BUTTON) -> Block:
    return {"type": "plain_text", "text": clip(text, limit), "emoji": True}


def mrkdwn(text: str) -> Block:
    """An mrkdwn object. `verbatim` stops Slack from linking text that looks like a URL or a channel."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def section(text: str) -> Block:
    """A section. `text` is mrkdwn with external parts already escaped."""
    return {"type": "section", "text": mrkdwn(text)}


def context(text: str) -> Block:
    return {"type": "context", "elements": [mrkdwn(text)]}


def image(file_id: str, alt: str) -> Block:
    """An image that was uploaded to Slack."""
    return {"type": "image", "slack_file": {"id": file_id}, "alt_text": clip(alt, MAX_CONTEXT)}


def header(text: str) -> Block:
    return {"type": "header", "text": plain_text(text, MAX_HEADER)}


def divider() -> Block:
    return {"type": "divider"}


def actions(*buttons: Block | None) -> list[Block]:
    """An actions block with the buttons that are not None; empty without any."""
    present = [button for button in buttons if button]
    return [{"type": "actions", "elements": present}] if present else []


def button(label: str, action_id: str, value: str, *, style: str = "", confirm: Block | None = None) -> Block:
    result: Block = {"type": "button", "text": plain_text(label), "action_id": action_id, "value": value}
    return result | ({"style": style} if style else {}) | ({"confirm": confirm} if confirm else {})


def confirmation(title: str, text: str, yes: str, *, style: str = "primary") -> Block:
    """A confirmation dialog for a button."""
    return {
        "title": plain_text(title, MAX_CONFIRM_TITLE),
        "text": plain_text(text, MAX_CONFIRM),
        "confirm": plain_text(yes, MAX_CONFIRM_BUTTON),
        "deny": plain_text("Not yet", MAX_CONFIRM_BUTTON),
        "style": style,
    }


def paragraphs(lines: Iterable[str], limit: int = MAX_SECTION) -> list[Block]:
    """Pack the lines into as few sections as `limit` allows. No line may be longer than `limit`."""
    found: list[list[str]] = [[]]
    for line in lines:
        if sum(len(one) + 1 for one in found[-1]) + len(line) > limit:
            found.append([])
        found[-1].append(line)
    return [section("\n".join(part)) for part in found if any(part)]


def truncated_paragraphs(lines: Sequence[str], room: int, more: str) -> list[Block]:
    """Return as many of the lines as `room` bytes hold; `more` is the last line if any were left out."""
    for number in range(len(lines), 0, -1):
        kept = lines if number == len(lines) else [*lines[:number], more]
        blocks = paragraphs(kept)
        if byte_size(blocks) <= room:
            return blocks
    return []


def byte_size(blocks: Sequence[Block]) -> int:
    """Return the bytes of the blocks as sent."""
    return len(json.dumps(list(blocks), separators=(",", ":"), ensure_ascii=False).encode())
