"""`make screenshots`: the README's pictures, taken of the real page on a stack of its own."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import Locator, expect

from infra.local.browser import Visitor, browsing, chromium, launched
from infra.local.run import forget_aws_settings
from infra.local.stack import LocalStack
from infra.local.translate import ROOT
from infra.local.workspace.server import WorkspaceServer

PICTURES: Final = ROOT / "infra" / "docs" / "pictures"
MAX_BYTES: Final = 300_000
_QUIET_SECONDS: Final = 180
_TIMEOUT: Final = 120_000  # milliseconds


def main() -> int:
    """Take a picture at each step of the tour; returns 1 if a picture is too large or cannot be taken."""
    if not chromium():
        print("no Chromium on PATH: apt-get install chromium", file=sys.stderr)  # noqa: T201 - a command prints
        return 1
    forget_aws_settings()
    expect.set_options(timeout=_TIMEOUT)
    PICTURES.mkdir(parents=True, exist_ok=True)
    with (
        _stack() as workspace,
        launched() as browser,
        browsing(browser, workspace.page, width=1280, height=800) as visitor,
    ):
        for name, walk in TOUR.items():
            _take(name, visitor, walk(visitor))
    return int(any(path.stat().st_size > MAX_BYTES for path in PICTURES.glob("*.png")))


@contextmanager
def _stack() -> Iterator[WorkspaceServer]:
    with tempfile.TemporaryDirectory(prefix="cspm-screenshots-") as directory:
        stack = LocalStack(Path(directory), say=lambda line: print(line, flush=True))  # noqa: T201 - a command prints
        try:
            workspace = stack.start()
            _until_quiet(workspace)
            yield workspace
        finally:
            stack.stop()


def _until_quiet(workspace: WorkspaceServer) -> None:
    end, calm = time.monotonic() + _QUIET_SECONDS, 0
    while calm < 3 and time.monotonic() < end:  # noqa: PLR2004 - work passes between queues unseen
        calm = calm + 1 if workspace.slack.hooks.quiet() else 0
        time.sleep(0.3)


def _take(name: str, visitor: Visitor, part: Locator | None) -> None:
    """Take a picture of a part of the page, or of the whole window."""
    visitor.page.mouse.move(0, 0)
    visitor.page.wait_for_timeout(400)  # wait for scrolling and animations to end
    path = PICTURES / f"{name}.png"
    (part or visitor.page).screenshot(path=path, animations="disabled")
    print(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1000} kB")  # noqa: T201 - a command prints


def _page(visitor: Visitor) -> None:
    visitor.go_to("sec-prod")
    visitor.open_tab("Start here")
    expect(visitor.card("Public database")).to_contain_text("Approve changes exactly this")


def _card(visitor: Visitor) -> Locator:
    return visitor.card("Public database")


def _fixed(visitor: Visitor) -> Locator:
    card = visitor.card("Public database")
    visitor.press(card, "Approve")
    expect(card).to_contain_text("Security Hub: PASSED")
    expect(card).to_contain_text("Settings read back: compliant")
    return card


def _undo(visitor: Visitor) -> Locator:
    card = visitor.card("Public database")
    visitor.press(card, "Undo")
    button = visitor.modal.get_by_role("button", name="Undo exactly this")
    expect(button).to_be_visible()
    return visitor.modal


def _stale(visitor: Visitor) -> Locator:
    visitor.modal.get_by_role("button", name="Undo exactly this").click()
    expect(visitor.card("Public database")).to_contain_text("Undone by @dana")
    visitor.go_to("security")
    visitor.open_tab("Resources")
    visitor.page.get_by_placeholder("Find among").fill("dev-everything")
    visitor.page.locator(".resource summary").first.click()
    card = visitor.card("Port open to the world")
    visitor.page.get_by_role("button", name="Open tcp 22 to the world").click()
    visitor.press(card, "Approve")
    expect(card).to_contain_text("Nothing was called")
    return card


def _findings(visitor: Visitor) -> Locator:
    visitor.send("/cspm findings critical")
    expect(visitor.modal).to_contain_text("open findings")
    return visitor.modal


TOUR: Final[dict[str, Callable[[Visitor], Locator | None]]] = {
    "page": _page,
    "card": _card,
    "fixed": _fixed,
    "undo": _undo,
    "stale": _stale,
    "findings": _findings,
}
"""Each picture's name and the steps to its content, in the order of the tour."""


if __name__ == "__main__":
    sys.exit(main())
