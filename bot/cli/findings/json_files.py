"""Reading of JSON and JSON Lines files. Errors are BadInput with a reason that says what to do."""

from __future__ import annotations

import codecs
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

from bot.domain.errors import BadInput

MAX_BYTES: Final = 256 * 1024 * 1024
"""About a hundred thousand findings; more has to be split into several files."""

_GZIP: Final = b"\x1f\x8b"
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class Loaded:
    """The document of a file, and its lines that are not JSON."""

    document: Any
    problems: tuple[str, ...] = ()


def load(path: str, limit: int = MAX_BYTES) -> Loaded:
    """Read the document of a file; JSON Lines become a list. Raises BadInput."""
    text = _decoded(_bytes(Path(path), limit))
    if not text.strip():
        raise BadInput("the file is empty")
    try:
        return Loaded(_parsed(text))
    except json.JSONDecodeError as error:
        return _lines(text, error)


def _bytes(path: Path, limit: int) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except (OSError, ValueError) as error:
        raise BadInput(f"the file cannot be read: {getattr(error, 'strerror', None) or error}") from error
    if len(data) > limit:
        raise BadInput(f"the file has more than {limit // 1024 // 1024} MiB: split it")
    return data


def _decoded(data: bytes) -> str:
    if data.startswith(_GZIP):
        raise BadInput("the file is compressed: unpack it with gunzip")
    if data.startswith(_UTF16):
        raise BadInput("the file is UTF-16: save it as UTF-8 (PowerShell: Out-File -Encoding utf8)")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(f"the file is not UTF-8 text: byte {error.start} is no part of a character") from error
    if "\0" in text:
        raise BadInput("the file holds NUL bytes: it is binary, or UTF-16 without a mark; save it as UTF-8")
    return text


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_reject_constant)
    except RecursionError as error:
        raise BadInput("the JSON is nested too deep to be a finding") from error
    except json.JSONDecodeError:
        raise
    except ValueError as error:
        raise BadInput("the JSON holds a number of thousands of digits") from error


def _reject_constant(name: str) -> NoReturn:
    raise BadInput(f"{name} is not JSON: write null or a number")


def _lines(text: str, first_error: json.JSONDecodeError) -> Loaded:
    """Parse JSON Lines. Raises BadInput if the first line is not a document: then the file is one invalid document."""
    documents: list[Any] = []
    problems: list[str] = []
    for number, line in enumerate(text.split("\n"), start=1):
        try:
            documents += [_parsed(line)] if line.strip() else []
        except json.JSONDecodeError as error:
            problems.append(f"line {number} is no JSON document ({error.msg} at column {error.colno})")
        if problems and not documents:
            where = f"line {first_error.lineno}, column {first_error.colno}"
            raise BadInput(f"the file is not JSON: {first_error.msg} at {where}")
    return Loaded(documents, tuple(problems))
