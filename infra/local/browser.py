"""Headless Chromium driving the workspace's page, for browser tests and the README's screenshots."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from playwright.sync_api import Browser, Locator, Page, sync_playwright

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
_SILENT: Final = (
    "--no-sandbox",  # containers have no user namespaces; it opens the local page alone
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_TIMEOUT: Final = 60_000  # milliseconds; generous for a loaded machine


def chromium() -> str:
    """Return the path of the browser, '' if none is installed."""
    return next((found for name in _NAMES if (found := shutil.which(name))), "")


@contextmanager
def launched() -> Iterator[Browser]:
    """Start Chromium. Raises playwright's Error if it does not start."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(_SILENT))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def browsing(
    browser: Browser, address: str, *, width: int = 1440, height: int = 900, scale: float = 1
) -> Iterator[Visitor]:
    """Open `address` as a new visitor, with cookies and storage of their own."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        device_scale_factor=scale,
        locale="en-GB",
        timezone_id="UTC",
        color_scheme="light",
    )
    context.set_default_timeout(_TIMEOUT)
    try:
        page = context.new_page()
        page.goto(address)
        yield Visitor(page)
    finally:
        context.close()


class Visitor:
    """A person using the page, through its visible texts."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def go_to(self, channel: str) -> None:
        self.page.locator(".sidebar").get_by_role("button", name=channel, exact=True).click()

    def act_as(self, user: str) -> None:
        """Switch the acting person."""
        self.page.locator(".act-as select").select_option(user)

    def open_tab(self, tab: str) -> Locator:
        """Open a tab of the side pane."""
        self.page.locator(".beside .tab", has_text=tab).click()
        return self.page.locator(".cloud")

    def card(self, *words: str) -> Locator:
        """Return the newest message of the open channel that contains all these words, scrolled into view."""
        found = self.page.locator("main article.message")
        for each in words:
            found = found.filter(has_text=each)
        card = found.last
        card.scroll_into_view_if_needed()
        return card

    def press(self, card: Locator, label: str) -> None:
        """Press a button of a card, and confirm if asked."""
        card.get_by_role("button", name=label).first.click()
        dialog = self.page.get_by_role("alertdialog")
        if dialog.count():
            dialog.locator(".button.solid").click()

    def let_it_draw(self) -> None:
        """Wait until the browser has handled pending events and drawn the page."""
        self.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    @property
    def modal(self) -> Locator:
        return self.page.get_by_role("dialog")

    def send(self, text: str) -> None:
        """Send a message in the open conversation."""
        box = self.page.locator("main").get_by_label("Message")
        box.fill(text)
        box.press("Enter")

    @property
    def ephemeral(self) -> Locator:
        """Return the newest ephemeral message."""
        return self.page.locator("article.ephemeral").last
