"""`make build` makes the same bytes each time, without foreign files, and the bot runs from its artefact."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Final

import pytest

from infra.local.artefact import packed, sources
from infra.local.lambda_runtime import make
from infra.local.translate import ROOT
from tests.infra.built import ARCH, HERE, Built
from tests.infra.local_run import Run

OTHER: Final = {"arm64": "x86_64", "x86_64": "arm64"}[ARCH]
TAG: Final = re.compile(r"[._](?:cpython|abi3|x86_64|aarch64)[\w.-]*\.so$|\.so$")
"""The part of a compiled library's name that depends on the platform."""


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The artefact for another processor, made where no interpreter of the runtime's version is on PATH."""
    tools = tmp_path_factory.mktemp("tools")
    for folder in os.environ["PATH"].split(os.pathsep):
        for program in Path(folder).glob("*") if Path(folder).is_dir() else ():
            if not program.name.startswith("python3.") and not (tools / program.name).exists():
                (tools / program.name).symlink_to(program)
    return Built(tmp_path_factory.mktemp("other"), str(tools), ARCH=OTHER, PYTHON=HERE)


def test_it_prints_version_and_processor(built: Built) -> None:
    assert built.code == 0, built.output
    assert f"for python{HERE} on {ARCH}" in built.output


def test_two_builds_are_the_same_byte_for_byte(built: Built, tmp_path: Path) -> None:
    again = Built(tmp_path, ARCH=ARCH, PYTHON=HERE)
    assert again.zip.read_bytes() == built.zip.read_bytes()


def test_two_processors_get_the_same_files_except_compiled_ones(built: Built, other: Built) -> None:
    assert other.code == 0, other.output
    assert [TAG.sub(".so", name) for name in other.names] == [
        TAG.sub(".so", name) for name in built.names if not name.endswith(".pyc")
    ]
    alike = {name for name in built.files.keys() & other.files if not name.endswith(".so") and ".dist-info" not in name}
    assert [name for name in sorted(alike) if built.files[name] != other.files[name]] == []
    assert any(name.endswith(".so") for name in built.names)


def test_packages_of_the_runtime_and_development_files_are_left_out(built: Built) -> None:
    tops = {name.split("/")[0] for name in built.names}
    assert {"bot", "handlers", "pydantic", "slack_bolt"} <= tops
    assert not tops & {"boto3", "botocore", "s3transfer", "urllib3", "tests", "infra", "bin", "moto", "ministack"}
    assert not [name for name in built.names if name.endswith(("/RECORD", "/INSTALLER", ".built"))]


def test_all_source_files_are_in_it(built: Built) -> None:
    with zipfile.ZipFile(io.BytesIO(sources())) as archive:
        assert set(archive.namelist()) <= set(built.names)


def test_its_bytecode_names_no_path_of_this_machine(built: Built) -> None:
    """CI has the interpreter on PATH; without it the build prints a notice."""
    compiled = [name for name in built.names if name.endswith(".pyc")]
    if not compiled:
        assert "no bytecode in it" in built.output
        return
    assert len(compiled) >= len([name for name in built.names if name.endswith(".py") and name.startswith("bot/")])
    for name in compiled:
        assert str(ROOT).encode() not in built.files[name], name
    (handler,) = [name for name in compiled if re.fullmatch(r"handlers/__pycache__/slack\.cpython-\d+\.pyc", name)]
    assert b"/var/task/handlers/slack.py" in built.files[handler]


def test_without_the_interpreter_it_prints_that_there_is_no_bytecode(other: Built) -> None:
    assert other.code == 0, other.output
    assert f"no python{HERE} on PATH, so no bytecode in it" in other.output
    assert not [name for name in other.names if name.endswith(".pyc")]


@pytest.mark.parametrize(
    ("chosen", "word"), [({"ARCH": "sparc"}, "ARCH=arm64 or x86_64"), ({"PYTHON": "3.9"}, "PYTHON=3.11, 3.12 or 3.13")]
)
def test_processors_and_versions_that_lambda_lacks_are_refused(
    tmp_path: Path, chosen: dict[str, str], word: str
) -> None:
    refused = Built(tmp_path, **chosen)
    assert refused.code != 0
    assert word in refused.output
    assert not refused.zip.exists()


def test_a_zip_does_not_depend_on_times_order_or_permissions(tmp_path: Path) -> None:
    first, second = tmp_path / "b", tmp_path / "a"
    first.write_text("b")
    second.write_text("a")
    before = packed([first, second], tmp_path)
    os.utime(first, (0, 10**9))
    first.chmod(0o600)
    assert packed([second, first], tmp_path) == before


@pytest.mark.parametrize(("module", "there"), [("boto3", True), ("bot", False), ("pydantic", False), ("flask", False)])
def test_the_runtime_has_boto3_and_nothing_of_this_environment(tmp_path: Path, module: str, *, there: bool) -> None:
    done = subprocess.run(  # noqa: S603 - this interpreter
        [sys.executable, "-c", f"import {module}"],
        cwd="/",
        env={"PYTHONPATH": str(make(tmp_path / "runtime"))},
        capture_output=True,
        check=False,
    )
    assert (done.returncode == 0) is there, done.stderr


@pytest.mark.deep
def test_an_artefact_without_the_bot_does_not_run(tmp_path: Path) -> None:
    """So the other tests with `run` run the artefact, not the sources in the same checkout."""
    empty = tmp_path / "empty.zip"
    empty.write_bytes(packed([], tmp_path))
    rival = Run(tmp_path, "--port", "0", "--artefact", str(empty))
    assert rival.end() == 1
    assert "the bot does not answer" in rival.log.read_text()
