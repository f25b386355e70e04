"""What people type, through the app as Slack calls it: the answer comes at once, from what is stored."""

from __future__ import annotations

import pytest

from tests.flows.slack_stage import SlackStage


@pytest.mark.parametrize(("typed", "said"), [("score", "score"), ("trend", "snapshot"), ("score critical", "score")])
def test_a_number_is_typed_for_and_answered(typed: str, said: str) -> None:
    assert said in SlackStage().type(typed).lower()
