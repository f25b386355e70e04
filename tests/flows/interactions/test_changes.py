"""What the bot has changed lately, and the way back from that list."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.domain.errors import BadInput
from bot.domain.ports import Put
from bot.domain.states import State
from bot.flows.interactions import changes
from bot.flows.interactions.changes import ChangesQuery, parse, recent
from bot.messages import FillUndoPreview
from bot.slack.ids import ActionId, CallbackId, Metadata, UndoValue
from bot.store import keys
from handlers import slack
from tests.builders_slack import Context, command, form_of, http_event
from tests.flows.interactions.test_lookups import fixed
from tests.flows.stage import Stage, a_finding
from tests.flows.test_end_to_end import ALL_ON, block_of

ACCOUNT = "111122223333"
BUCKET = "acme-payroll-exports"

pytestmark = pytest.mark.usefixtures("s3")


def asked(stage: Stage, text: str) -> str:
    """All that the answer says."""
    answered = slack.handler(http_event(urlencode(command(text, "U0DANA")), stage.clock.wall()), Context(), stage.world)
    return str(json.dumps(json.loads(answered["body"]), ensure_ascii=False))


def press_undo(stage: Stage, user: str = "U0DANA") -> None:
    """Undo… in the list, which only this person sees."""
    (made,) = recent(ChangesQuery(), stage.world).made
    pressed = {
        "type": "block_actions",
        "user": {"id": user, "team_id": "T0ACME"},
        "team": {"id": "T0ACME"},
        "trigger_id": "1.2",
        "container": {"type": "message", "message_ts": "1.9", "channel_id": "C0OTHER", "is_ephemeral": True},
        "channel": {"id": "C0OTHER"},
        "actions": [
            {
                "type": "button",
                "action_id": ActionId.UNDO_RUN,
                "block_id": "b",
                "value": UndoValue(made.run.case_id, made.run.target_id).text,
            }
        ],
    }
    answered = slack.handler(http_event(form_of(pressed), stage.clock.wall()), Context(), stage.world)
    assert answered["statusCode"] == 200


def test_a_fix_is_listed_with_what_it_changed_where_who_approved_it_and_how_far_it_is_proved(stage: Stage) -> None:
    said = asked(fixed(stage), "changes")
    assert "*1 change by the bot*" in said
    assert f"`{BUCKET}` · account {ACCOUNT} · eu-west-1" in said
    assert "public access block   `absent` → " in said
    assert "approved by <@U0DANA> · ✅ read back compliant · <https://x.slack.com/archives/" in said
    assert "Undo…" in said


def test_nothing_approved_is_nothing_changed(stage: Stage) -> None:
    stage.tell(a_finding())
    stage.pump()
    assert "The bot has changed nothing" in asked(stage, "changes")


def test_it_is_narrowed_by_account_resource_and_time(stage: Stage) -> None:
    fixed(stage)
    for said in ([ACCOUNT], [BUCKET], [f"arn:aws:s3:::{BUCKET}", "1h"], [BUCKET, ACCOUNT, "7d"]):
        assert len(recent(parse(said), stage.world).made) == 1
    for said in (["444455556666"], ["another-bucket"]):
        assert recent(parse(said), stage.world).made == ()
    stage.clock.advance(seconds=timedelta(hours=3).total_seconds())
    assert recent(parse(["2"]), stage.world).made == ()
    assert len(recent(parse(["4"]), stage.world).made) == 1


@pytest.mark.parametrize("said", [["0"], ["721"], ["31d"], ["24", "48"], ["a", "b"], [ACCOUNT, ACCOUNT]])
def test_a_question_that_cannot_be_answered_is_told_how_to_ask(said: list[str]) -> None:
    with pytest.raises(BadInput, match="say /cspm changes"):
        parse(said)


def test_undo_from_the_list_is_the_cards_own_undo(stage: Stage, s3: Any) -> None:
    fixed(stage)
    press_undo(stage)
    stage.pump()
    told = stage.answers[-1]
    assert isinstance(told, FillUndoPreview)
    assert told.manifest
    about = Metadata.parse(stage.slack.views[told.view_id]["private_metadata"])
    assert (about.channel, about.ts) == (stage.case.channel, stage.case.ts)
    assert block_of(s3) == ALL_ON
    stage.submit(CallbackId.UNDO, manifest=told.manifest)
    stage.settle()
    assert (stage.state(), block_of(s3)) == (State.UNDONE, None)
    back, fix = recent(ChangesQuery(), stage.world).made
    assert (back.run.kind, back.can_undo, fix.can_undo) == ("undo", False, False)
    assert "↩️ undone" in asked(stage, "changes")


def test_who_may_not_decide_is_told_so_by_the_undo_of_the_list(stage: Stage) -> None:
    fixed(stage)
    press_undo(stage, "U0LEE")
    stage.pump()
    assert stage.answered(FillUndoPreview) == []
    assert "<!subteam^S0SECENG>" in json.dumps(list(stage.slack.views.values()), ensure_ascii=False)


def test_after_the_days_of_undo_there_is_no_button(stage: Stage) -> None:
    fixed(stage)
    stage.clock.advance(days=8)
    (made,) = recent(ChangesQuery(hours=10 * 24), stage.world).made
    assert not made.can_undo


def test_a_run_that_changed_nothing_is_not_listed(stage: Stage) -> None:
    stage.tell(a_finding())
    stage.pump()
    stage.refuse = "s3:PutPublicAccessBlock"
    stage.press(ActionId.APPROVE)
    stage.settle()
    assert stage.state() is State.FAILED
    assert recent(ChangesQuery(), stage.world).made == ()


def test_more_than_a_message_holds_is_counted(stage: Stage) -> None:
    fixed(stage)
    found = recent(ChangesQuery(), stage.world, most=0)
    assert (found.made, found.more) == ((), 1)


def test_only_the_newest_are_read_of_a_day_with_very_many(stage: Stage) -> None:
    run = fixed(stage).target.attempt.run_id
    at = keys.stamp(stage.clock.now())
    for number in range(changes.MAX_READ):
        key = keys.changed(at, f"{run}{number}")
        item = {"pk": key.pk, "sk": key.sk, "at": at, "run": f"{run}{number}", "account": ACCOUNT}
        stage.table.write([Put(item)])
    assert not recent(ChangesQuery(), stage.world).whole


def test_the_record_tells_what_was_set_before_and_after(stage: Stage) -> None:
    fixed(stage)
    record = [item for item in stage.table.everything() if item["pk"].startswith("AUDIT#")]
    for what in ("approve", "fix written"):
        (entry,) = [item for item in record if item["what"] == what]
        assert entry["changes"][0].startswith("public access block: absent → ")
        assert (entry["controls"], entry["severity"]) == (["S3.8"], "HIGH")
