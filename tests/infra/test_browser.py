"""The main path in a browser: `make run` in a separate process, the page in a headless Chromium."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from infra.local.browser import Visitor, browsing
from tests.infra.local_run import Run
from tests.infra.workspace_client import Client

expect.set_options(timeout=90_000)  # a late proof on a loaded machine is not what is tested here


@pytest.fixture(scope="module")
def visitor(run: Run, bot: Client, chromium: Browser) -> Iterator[Visitor]:
    assert run.process.poll() is None
    with browsing(chromium, f"{bot.page}/?token={bot.token}") as somebody:
        somebody.go_to("sec-prod")
        yield somebody


def test_the_page_opens_with_a_guide_and_the_cards(visitor: Visitor) -> None:
    expect(visitor.page.locator(".guide")).to_contain_text("Read a card")
    expect(visitor.card("Public database")).to_contain_text("publicly accessible")


def test_a_card_is_approved_proved_and_undone(visitor: Visitor) -> None:
    resources = visitor.open_tab("Resources")
    database = resources.locator("details", has_text="reporting-db")
    card = visitor.card("Public database")
    visitor.press(card, "Approve")
    expect(card).to_contain_text("Fixed by @dana")
    expect(card).to_contain_text("Settings read back: compliant")
    expect(card).to_contain_text("Security Hub: PASSED")
    expect(database).to_contain_text(re.compile(r"PubliclyAccessible\s*false"))

    visitor.press(card, "Undo")
    expect(visitor.modal).to_contain_text("publicly accessible")
    visitor.modal.get_by_role("button", name="Undo exactly this").click()
    expect(card).to_contain_text("Undone by @dana")
    expect(database).to_contain_text(re.compile(r"PubliclyAccessible\s*true"))


def test_a_denial_needs_a_reason_and_shows_it(visitor: Visitor) -> None:
    card = visitor.card("Trail without validation")
    visitor.press(card, "Deny")
    visitor.modal.get_by_role("button", name="Deny").click()
    expect(visitor.modal).to_contain_text("Please complete this required field.")
    visitor.modal.locator("textarea").fill("another tool <!here> watches it")
    visitor.modal.get_by_role("button", name="Deny").click()
    expect(card).to_contain_text("Denied by @dana")
    expect(card).to_contain_text("another tool <!here> watches it")


def test_a_resource_changed_since_the_plan_is_shown_and_not_touched(visitor: Visitor) -> None:
    visitor.go_to("security")
    visitor.page.get_by_placeholder("Find among").fill("dev-everything")
    visitor.page.locator(".resource summary").first.click()
    card = visitor.card("Port open to the world")
    visitor.page.get_by_role("button", name="Open tcp 22 to the world").click()
    visitor.press(card, "Approve")
    expect(card).to_contain_text("Nothing was called")
    expect(card).to_contain_text(re.compile(r"tcp 22 from 0\.0\.0\.0/0\s*then absent → now allowed"))

    visitor.press(card, "Ask again")
    expect(card.get_by_role("button", name="Approve")).to_be_visible()


@pytest.mark.parametrize(("user", "why"), [("U0LEE", "not one of the approvers"), ("U0GUEST", "guests")])
def test_a_person_without_the_right_gets_the_reason_and_the_card_stays(visitor: Visitor, user: str, why: str) -> None:
    visitor.act_as(user)
    visitor.go_to("security")
    card = visitor.card("Key is never rotated")
    visitor.press(card, "Approve")
    expect(visitor.ephemeral).to_contain_text(why)
    expect(card.get_by_role("button", name="Approve")).to_be_visible()
    visitor.act_as("U0DANA")


def test_a_command_is_answered(visitor: Visitor) -> None:
    visitor.go_to("general")
    visitor.send("/cspm help")
    expect(visitor.ephemeral).to_contain_text("/cspm help")


def test_the_list_of_findings_leads_to_a_review(visitor: Visitor) -> None:
    visitor.go_to("general")
    visitor.send("/cspm findings EC2.9 444455556666")
    expect(visitor.modal).to_contain_text("1 open finding · payments-dev (444455556666) · EC2.9")
    visitor.modal.get_by_role("button", name="Review…").click()
    expect(visitor.modal.last).to_contain_text("automatic public address")
    visitor.modal.last.get_by_role("button", name="Close").first.click()
    expect(visitor.modal).to_contain_text("1 open finding ·")  # a press on the review, which is closing, does nothing
    visitor.modal.last.get_by_role("button", name="Close").first.click()
    expect(visitor.modal).to_have_count(0)


def test_the_browser_reports_no_errors(visitor: Visitor) -> None:
    problems: list[str] = []
    visitor.page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    visitor.page.on("pageerror", lambda problem: problems.append(str(problem)))
    visitor.page.reload()
    for channel in ("sec-prod", "security", "cspm-bot · Home"):
        visitor.go_to(channel)
        expect(visitor.page.locator("main")).to_be_visible()
        visitor.let_it_draw()
    assert problems == []
