"""The check of texts finds conflict markers, links to missing files and links to missing headings."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from infra.local import check_text
from infra.local.check_text import anchors, conflict_markers, problems, tracked

CONFLICT = "\n".join(["one", "<" * 7 + " HEAD", "ours", "=" * 7, "theirs", ">" * 7 + " 45e7de3 (A change)", "two"])


def page(folder: Path, text: str, name: str = "page.md") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def found(folder: Path, text: str) -> list[str]:
    return list(problems(page(folder, text), folder))


def test_each_conflict_marker_is_named_with_its_line() -> None:
    assert [line for line, _ in conflict_markers(CONFLICT)] == [2, 4, 6]


@pytest.mark.parametrize("text", ["a" + "<" * 7, "=" * 8, "Heading\n" + "=" * 6, "<" * 8 + " x", "| a | b |"])
def test_other_lines_are_no_conflict_markers(text: str) -> None:
    assert list(conflict_markers(text)) == []


def test_conflict_markers_are_found_in_any_text_file(tmp_path: Path) -> None:
    path = page(tmp_path, CONFLICT, "template.yaml")
    assert [line.partition(": ")[0] for line in problems(path, tmp_path)] == [f"template.yaml:{n}" for n in (2, 4, 6)]


def test_a_file_that_is_not_text_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(b"\x89PNG\xff\n" + b"=" * 7 + b"\n")
    assert list(problems(path, tmp_path)) == []


@pytest.mark.parametrize(
    "link", ["[a](missing.md)", "![a](missing.png)", "[![a](missing.png)](page.md)", "[a]: missing.md"]
)
def test_a_link_to_a_missing_file_is_found(tmp_path: Path, link: str) -> None:
    (problem,) = found(tmp_path, f"one\n\n{link}\n")
    assert problem.startswith("page.md:3: link to missing.")
    assert problem.endswith("no such file")


def test_a_link_to_a_missing_heading_is_found_in_this_page_and_another(tmp_path: Path) -> None:
    page(tmp_path, "# Other\n", "other.md")
    text = "# One two\n[a](#one-two) [b](#three) [c](other.md#other) [d](other.md#others)\n"
    assert found(tmp_path, text) == [
        "page.md:2: link to #three: no such heading",
        "page.md:2: link to other.md#others: no such heading",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "[a](https://example.com/missing.md#x)",
        "[a](mailto:a@example.com)",
        "[a](page.md)",
        "[a](.)",
        "`[a](missing.md)`",
        "```\n[a](missing.md)\n```",
        "[^1]: a footnote",
    ],
)
def test_other_links_and_code_are_left_alone(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, text) == []


def test_anchors_are_those_of_github() -> None:
    headings = ["# A `cspm` page", "## Who's there?", "## Same", "## Same", "## [Link](x.md) – end"]
    text = "\n".join([*headings, "```", "# no heading", "```", "<a id='own'></a>"])
    assert anchors(text) == {"a-cspm-page", "whos-there", "same", "same-1", "link--end", "own"}


def test_only_tracked_files_are_looked_at(tmp_path: Path) -> None:
    page(tmp_path, "x", "tracked.md")
    page(tmp_path, "x", "other.md")
    for arguments in (["init", "-q"], ["add", "tracked.md"]):
        subprocess.run(["git", "-C", str(tmp_path), *arguments], check=True)  # noqa: S603, S607 - fixed arguments
    assert tracked(tmp_path) == [tmp_path / "tracked.md"]


def test_without_git_all_files_but_built_ones_are_looked_at(tmp_path: Path) -> None:
    (tmp_path / "build").mkdir()
    page(tmp_path / "build", "x")
    source = page(tmp_path, "x")
    assert tracked(tmp_path) == [source]


def test_the_check_fails_where_there_is_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = page(tmp_path, "[a](missing.md)")
    monkeypatch.setattr(check_text, "ROOT", tmp_path)
    monkeypatch.setattr(check_text, "tracked", lambda _root: [path])
    assert check_text.main() == 1
    assert capsys.readouterr().err == "page.md:1: link to missing.md: no such file\n"


def test_this_repository_passes() -> None:
    assert check_text.main() == 0
