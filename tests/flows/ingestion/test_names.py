"""What accounts and resources are called: people read it, and nothing is decided by it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from bot.flows.interactions import lookups
from bot.flows.interactions.changes import answer_changes
from bot.flows.posture.score import answer_score, answer_trend
from bot.slack.cards.card import Message
from bot.store import findings, posture
from bot.world import World
from tests.flows.stage import Stage, a_finding, event

pytestmark = pytest.mark.usefixtures("s3")


def threat(**finding: Any) -> dict[str, Any]:
    product: dict[str, Any] = {
        "ProductArn": "arn:aws:securityhub:eu-west-1::product/acme/scanner",
        "Types": ["TTPs/S3"],
    }
    return a_finding(**product, **finding)


def test_a_card_names_the_account_by_its_name(stage: Stage) -> None:
    stage.tell(a_finding(AwsAccountName="prod-data"))
    stage.pump()
    assert "*prod-data* (111122223333)" in stage.card_text


def test_a_card_learns_the_name_that_comes_later(stage: Stage) -> None:
    stage.tell(a_finding("S3.8"))
    stage.tell(a_finding("S3.2", AwsAccountName="prod-data"))
    stage.pump()
    assert "*prod-data* (111122223333)" in stage.card_text


def test_the_store_knows_what_each_account_is_called(stage: Stage) -> None:
    stage.tell(a_finding(AwsAccountName="prod-data"))
    stage.tell(a_finding("S3.2"))
    assert posture.account_names(stage.table, "111122223333") == {"111122223333": "prod-data"}
    assert posture.account_names(stage.table, "444455556666") == {}


def test_a_name_has_a_new_one_after_it_was_renamed(stage: Stage) -> None:
    stage.tell(a_finding(AwsAccountName="prod-data"))
    stage.tell(a_finding("S3.2", AwsAccountName="prod-lake"))
    stage.pump()
    assert posture.account_names(stage.table) == {"111122223333": "prod-lake"}
    assert "*prod-lake* (111122223333)" in stage.card_text


def test_a_stranger_names_no_account(stage: Stage) -> None:
    stage.tell(threat(AwsAccountName="harmless sandbox"))
    stage.pump()
    assert "harmless" not in stage.card_text
    assert posture.account_names(stage.table) == {}


def test_a_name_cannot_break_out_of_its_place(stage: Stage) -> None:
    stage.tell(a_finding(AwsAccountName="<!channel>*_x_* (999988887777)"))
    stage.pump()
    assert "<!channel>" not in stage.card_text
    assert "(111122223333)" in stage.card_text


def test_the_list_of_exemptions_names_the_account(stage: Stage) -> None:
    stage.tell(a_finding(AwsAccountName="prod-data"))
    assert "in *prod-data* (111122223333)" in lookups.exemption_list("111122223333", stage.world)


@pytest.mark.parametrize("ask", [answer_score, answer_trend, answer_changes])
def test_an_answer_about_one_account_names_it(ask: Callable[[Sequence[str], World], Message], stage: Stage) -> None:
    stage.tell(a_finding(AwsAccountName="prod-data *<!here>*"))
    told = str(ask(["111122223333"], stage.world).arguments)
    assert "prod-data" in told
    assert "(111122223333)" in told
    assert "<!here>" not in told
    assert "account 444455556666" in str(ask(["444455556666"], stage.world).arguments)


def test_the_name_of_a_config_rule_is_no_better_title(stage: Stage) -> None:
    stage.tell(a_finding(), event("config_compliance_change"))
    ((found,), _) = findings.readable(findings.rows(stage.table, "111122223333", "eu-west-1", "", 2))
    assert len(found.sources) == 2
    assert found.title == "S3 general purpose buckets should block public access"
