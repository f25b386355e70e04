"""Docstrings, comments and documents are in plain English: they open well, and avoid a list of words."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from infra.local.check_text import tracked
from infra.local.docs_pages import CATALOGUE
from infra.local.translate import ROOT

PACKAGES: Final = ("bot", "handlers", "infra/local")

QUESTION: Final = re.compile(r"(?:What|Who|Whether|When|How|Whose|Where|Which|If)\b")

BANNED: Final = (
    r"anew",
    r"mend(?:s|ed|ing)?",
    r"doorbells?",
    r"who(?:so)?ever",
    r"shall",
    r"of ours",
    r"of (?:AWS|Slack)'s own",
    r"meanwhile",
    r"believe[sd]?",
    r"rings?",
    r"rung",
    r"rang",
    r"owed",
    r"strangers?",
    r"lest",
    r"by itself",
    r"is (?:told|said) so",
    r"is so",
    r"stands? for",
    r"let go",
    r"heard of",
    r"(?:it|they|that|which|who|card|bot|policy|code) tells?",
    r"tells? of",
    r"told of",
)
"""Words and phrases with a plain replacement: again, fix, notify, pending, trusted, default, external principal."""

_BANNED: Final = re.compile(rf"(?<![\w`'\"./-])(?:{'|'.join(BANNED)})(?![\w`'\"/-])", re.IGNORECASE)
_CODE: Final = re.compile(r"`[^`]*`")

Place = tuple[Path, int, str]


def sources() -> list[Path]:
    folders = [ROOT / package for package in PACKAGES]
    return [path for path in _tracked(".py") if any(path.is_relative_to(folder) for folder in folders)]


def documents() -> list[Path]:
    return [path for path in _tracked(".md") if "node_modules" not in path.parts]


def _tracked(suffix: str) -> list[Path]:
    return [path for path in tracked(ROOT) if path.suffix == suffix]


def docstrings(path: Path) -> Iterator[Place]:
    """Yield the docstrings of a module, its classes and functions, and the strings below its assignments."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield path, node.lineno, node.value.value


def comments(path: Path) -> Iterator[Place]:
    source = io.StringIO(path.read_text(encoding="utf-8"))
    for token in tokenize.generate_tokens(source.readline):
        if token.type == tokenize.COMMENT:
            yield path, token.start[0], token.string


def lines(path: Path) -> Iterator[Place]:
    """Yield the lines of a document outside of fenced code."""
    fenced = False
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        fenced ^= line.lstrip().startswith("```")
        if not fenced:
            yield path, number, line


def banned(places: Iterator[Place]) -> Iterator[str]:
    """Yield `file:line: word` for each banned word outside of inline code."""
    for path, start, text in places:
        for offset, line in enumerate(text.splitlines()):
            for match in _BANNED.finditer(_CODE.sub("", line)):
                yield f"{path.relative_to(ROOT)}:{start + offset}: {match[0]}"


def report(found: list[str]) -> str:
    return "\n".join([f"{len(found)} places:", *found])


def test_no_docstring_opens_with_a_question_word() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text.splitlines()[0]}"
        for source in sources()
        for path, line, text in docstrings(source)
        if QUESTION.match(text.strip())
    ]
    assert not found, report(found)


def test_docstrings_and_comments_avoid_the_banned_words() -> None:
    found = [place for path in sources() for kind in (docstrings, comments) for place in banned(kind(path))]
    assert not found, report(found)


def test_documents_avoid_the_banned_words() -> None:
    found = [place for path in documents() if path != CATALOGUE for place in banned(lines(path))]
    assert not found, report(found)


def test_the_catalogue_avoids_the_banned_words() -> None:
    """Its texts are those of remediations and guidance."""
    found = list(banned(lines(CATALOGUE)))
    assert not found, report(found)


def test_banned_words_are_found_with_their_place() -> None:
    path = ROOT / "example.md"
    text = "A queue is made anew.\nFine here.\nIt stands for one of ours; `rings` is code."
    assert list(banned(iter([(path, 3, text)]))) == [
        "example.md:3: anew",
        "example.md:5: stands for",
        "example.md:5: of ours",
    ]


@pytest.mark.parametrize(
    "text", ["recommend", "strings", "`anew`", "a-mend-b", "bot/ring.py", "marshall", "the ring-fence"]
)
def test_other_words_are_left_alone(text: str) -> None:
    assert list(banned(iter([(ROOT / "example.md", 1, text)]))) == []


def test_docstrings_are_found_at_every_level(tmp_path: Path) -> None:
    path = tmp_path / "example.py"
    path.write_text(
        '"""One."""\nA = 1\n"""Two."""\nclass B:\n    """Three."""\n    def c(self):\n        """Four."""\n'
    )
    assert sorted((line, text) for _, line, text in docstrings(path)) == [
        (1, "One."),
        (3, "Two."),
        (5, "Three."),
        (7, "Four."),
    ]
