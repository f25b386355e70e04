"""Block Kit: the one way in which text gets into a message, constructors of blocks, and Slack's limits.

Limits are those of docs.slack.dev/reference/block-kit and of slack_sdk.models (3.43 and later).
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
"""Slack publishes no cap for a whole message; `msg_blocks_too_long` was seen near 13.2 kB."""

_INVISIBLE: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5")
_OWN_SIGNS: Final = frozenset("‹⏎ˋ")
"""Signs that stand for something here, so foreign ones are spelt out and cannot be taken for ours."""

_FORMATTING: Final = re.compile(r"(?<![^\W_])[*_~]|[*_~](?![^\W_])")
_SHORTCODE: Final = re.compile(r":(?=[a-z0-9_+'-]+:)")
_LOOK_ALIKE: Final = {"*": "∗", "_": "ˍ", "~": "∼"}
_RIGHT_TO_LEFT: Final = frozenset({"R", "AL", "AN"})
_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


def _piece(char: str) -> str:
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
    return (kind[0] in "CZ" and char != " ") or char in _INVISIBLE or char in _OWN_SIGNS or variation


def _isolated(raw: str, shown: str) -> str:
    """Right-to-left letters would swap what stands before and after an arrow; inside an isolate they cannot."""
    if any(unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in raw):
        return f"{_ISOLATE}{shown}{_POP_ISOLATE}"
    return shown


def _cut(pieces: Iterable[str], limit: int) -> tuple[str, bool]:
    """As many whole pieces as `limit` bytes hold with an ellipsis, and whether that is all of them."""
    kept: list[str] = []
    room = limit - len("…".encode())
    for piece in pieces:
        room -= len(piece.encode())
        if room < 0:
            return "".join(kept) + "…", False
        kept.append(piece)
    return "".join(kept), True


def visible(text: str) -> Iterator[str]:
    """Each character as it may stand in mrkdwn: invisible ones spelt out, `&<>` escaped, no backtick."""
    return (_piece(char) for char in text)


def escape(text: str, limit: int = 500) -> str:
    """Foreign prose for mrkdwn: it cannot mention, link, format, or show an emoji by name; at most `limit` bytes."""
    raw = " ".join(text.split())
    tame = _SHORTCODE.sub("꞉", _FORMATTING.sub(lambda found: _LOOK_ALIKE[found.group()], raw))
    return _isolated(raw, _cut(_prose(tame), limit)[0])


def _prose(tame: str) -> Iterator[str]:
    return (char if char in "ˍ∗∼꞉" else _piece(char) for char in tame)


def code(text: str, limit: int = 120) -> str:
    """A foreign name or value as a code span, where Slack formats nothing; at most about `limit` bytes."""
    return f"`{_isolated(text, _cut(visible(text), limit)[0]) or '—'}`"


def fits(text: str, limit: int) -> bool:
    """Whether `code(text, limit)` shows all of it."""
    return _cut(visible(text), limit)[1]


def clip(text: str, limit: int) -> str:
    """Foreign text for plain_text objects, at most `limit` bytes: angle brackets become quotation marks."""
    raw = _SHORTCODE.sub("꞉", " ".join(text.split())).replace("<", "«").replace(">", "»")
    return _cut((char if char == "&" else _piece(char) for char in raw), limit)[0]


def dotted(parts: Iterable[str]) -> str:
    """The parts that say something, on one line, with dots between them."""
    return " · ".join(part for part in parts if part)


def counted(number: int, one: str, many: str = "") -> str:
    """`1 change`, `3,000 changes`; `many` where an s does not make the plural."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def when(moment: datetime | str) -> str:
    """A date token: Slack shows it in the reader's own zone. ISO text is understood; '' gives ''."""
    if not moment:
        return ""
    at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    fallback = at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}} {{time}}|{fallback}>"


def day(moment: datetime | str) -> str:
    """As `when`, without the time of day."""
    return when(moment).replace("{date_short_pretty} {time}", "{date_short_pretty}")


def link(url: str, label: str) -> str:
    """A link with the bot's own label; only https, with nothing in the address that could end it early."""
    if (
        len(url) > MAX_LINK
        or not re.fullmatch(r"https://[A-Za-z0-9.-]+(:\d+)?(/[^\s<>|`\"\\]*)?", url)
        or not url.isascii()
    ):
        return ""
    return f"<{url.replace('&', '&amp;')}|{label}>"


def plain(text: str, limit: int = MAX_BUTTON) -> Block:
    """A plain_text object."""
    return {"type": "plain_text", "text": clip(text, limit), "emoji": True}


def mrkdwn(text: str) -> Block:
    """An mrkdwn object. `verbatim`: Slack makes no links of its own out of what looks like one."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def section(text: str) -> Block:
    """A paragraph. The text is the bot's own, with foreign parts already escaped."""
    return {"type": "section", "text": mrkdwn(text)}


def context(text: str) -> Block:
    """A line in small print."""
    return {"type": "context", "elements": [mrkdwn(text)]}


def image(file_id: str, alt: str) -> Block:
    """A picture that was uploaded to Slack, with its words."""
    return {"type": "image", "slack_file": {"id": file_id}, "alt_text": clip(alt, MAX_CONTEXT)}


def header(text: str) -> Block:
    """A heading."""
    return {"type": "header", "text": plain(text, MAX_HEADER)}


def divider() -> Block:
    """A thin line."""
    return {"type": "divider"}


def actions(*buttons: Block | None) -> list[Block]:
    """The buttons that there are, in one row; no block when there are none."""
    present = [button for button in buttons if button]
    return [{"type": "actions", "elements": present}] if present else []


def button(label: str, action_id: str, value: str, *, style: str = "", confirm: Block | None = None) -> Block:
    """A button that says what will happen."""
    made: Block = {"type": "button", "text": plain(label), "action_id": action_id, "value": value}
    return made | ({"style": style} if style else {}) | ({"confirm": confirm} if confirm else {})


def confirmation(title: str, text: str, yes: str, *, style: str = "primary") -> Block:
    """A dialog that asks once more before a button takes effect."""
    return {
        "title": plain(title, MAX_CONFIRM_TITLE),
        "text": plain(text, MAX_CONFIRM),
        "confirm": plain(yes, MAX_CONFIRM_BUTTON),
        "deny": plain("Not yet", MAX_CONFIRM_BUTTON),
        "style": style,
    }


def paragraphs(lines: Iterable[str], limit: int = MAX_SECTION) -> list[Block]:
    """Sections that hold these lines, as few as the limit allows. No line may be longer than the limit."""
    found: list[list[str]] = [[]]
    for line in lines:
        if sum(len(one) + 1 for one in found[-1]) + len(line) > limit:
            found.append([])
        found[-1].append(line)
    return [section("\n".join(part)) for part in found if any(part)]


def within(lines: Sequence[str], room: int, more: str) -> list[Block]:
    """As many of these lines as take no more than `room` bytes; `more` says that there were others."""
    for number in range(len(lines), 0, -1):
        told = lines if number == len(lines) else [*lines[:number], more]
        blocks = paragraphs(told)
        if size(blocks) <= room:
            return blocks
    return []


def size(blocks: Sequence[Block]) -> int:
    """Bytes of the blocks as they are sent."""
    return len(json.dumps(list(blocks), separators=(",", ":"), ensure_ascii=False).encode())
