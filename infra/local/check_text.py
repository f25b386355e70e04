"""Part of `make lint`: refuse conflict markers, and links of Markdown files to missing files or headings."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from infra.local.translate import ROOT

_NOT_SOURCE: Final = frozenset({"build", "node_modules", "__pycache__"})
_CONFLICT: Final = re.compile(r"(?:<{7}|\|{7}|>{7})(?: .*)?|={7}")
_FENCE: Final = re.compile(r" {0,3}(```+|~~~+)")
_CODE: Final = re.compile(r"(`+).+?\1")
_LINK: Final = re.compile(r"\]\(\s*<?([^()\s<>]*(?:\([^()\s]*\)[^()\s]*)*)>?(?:\s+[\"'][^)]*)?\)")
_REFERENCE: Final = re.compile(r" {0,3}\[[^\]^][^\]]*\]:\s+<?([^\s>]+)")
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
_HEADING: Final = re.compile(r" {0,3}#{1,6}\s+(.*?)(?:\s+#+)?\s*$")
_ID: Final = re.compile(r"<[a-z]+[^>]*\b(?:id|name)=[\"']([^\"']+)[\"']", re.IGNORECASE)


def main() -> int:
    """Print each problem as file:line; return 1 when there is one."""
    found = [problem for path in tracked(ROOT) for problem in problems(path, ROOT)]
    print("\n".join(found), end="\n" if found else "", file=sys.stderr)  # noqa: T201 - a command prints
    return int(bool(found))


def tracked(root: Path) -> list[Path]:
    """Return the files that git tracks, or in a folder without git all files; deleted and linked ones left out."""
    listed = ["git", "-c", f"safe.directory={root}", "-C", str(root), "ls-files", "-z"]
    done = subprocess.run(listed, capture_output=True, text=True, check=False)  # noqa: S603 - fixed arguments
    paths = _walk(root) if done.returncode else [root / name for name in done.stdout.split("\0") if name]
    return [path for path in paths if path.is_file() and not path.is_symlink()]


def problems(path: Path, root: Path) -> Iterator[str]:
    """Yield the problems of one file as `file:line: text`. A file that is not UTF-8 text has none."""
    text = _text(path)
    found = [*conflict_markers(text), *(dead_links(path, text) if path.suffix == ".md" else ())]
    yield from (f"{path.relative_to(root)}:{line}: {problem}" for line, problem in sorted(found))


def conflict_markers(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that git's merge leaves around a conflict."""
    for number, line in enumerate(text.splitlines(), 1):
        if _CONFLICT.fullmatch(line):
            yield number, f"conflict marker {line[:7]}"


def dead_links(path: Path, text: str) -> Iterator[tuple[int, str]]:
    """Yield the relative links of a Markdown text whose file or heading is missing."""
    for number, line in _prose(text):
        for target in [*_LINK.findall(line), *_REFERENCE.findall(line)]:
            problem = "" if _SCHEME.match(target) else _problem(path, unquote(target))
            if problem:
                yield number, f"link to {target}: {problem}"


def anchors(text: str) -> frozenset[str]:
    """Return the anchors of a Markdown text as GitHub makes them, and those of HTML elements."""
    slugs: list[str] = []
    seen: Counter[str] = Counter()
    for _, line in _prose(text, keep_code=True):
        if match := _HEADING.fullmatch(line):
            slug = _slug(match[1])
            slugs.append(f"{slug}-{seen[slug]}" if seen[slug] else slug)
            seen[slug] += 1
        slugs += _ID.findall(line)
    return frozenset(slugs)


def _problem(path: Path, target: str) -> str:
    name, _, anchor = target.partition("#")
    other = path.parent / name if name else path
    if not other.exists():
        return "no such file"
    if anchor and other.suffix == ".md" and anchor not in _anchors_of(other.resolve()):
        return "no such heading"
    return ""


@cache
def _anchors_of(path: Path) -> frozenset[str]:
    return anchors(_text(path))


def _slug(heading: str) -> str:
    """Return GitHub's anchor of a heading: lower case, without punctuation, with hyphens for spaces."""
    plain = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    return re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")


def _prose(text: str, *, keep_code: bool = False) -> Iterable[tuple[int, str]]:
    """Yield the numbered lines outside of fenced code, without inline code unless it is kept."""
    fence = ""
    for number, line in enumerate(text.splitlines(), 1):
        match = _FENCE.match(line)
        if fence:
            fence = "" if match and match[1].startswith(fence) else fence
        elif match:
            fence = match[1]
        else:
            yield number, line if keep_code else _CODE.sub("", line)


def _walk(root: Path) -> list[Path]:
    paths: list[Path] = []
    for folder, inner, names in os.walk(root):
        inner[:] = sorted(name for name in inner if not name.startswith(".") and name not in _NOT_SOURCE)
        paths += [Path(folder) / name for name in sorted(names)]
    return paths


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


if __name__ == "__main__":
    sys.exit(main())
