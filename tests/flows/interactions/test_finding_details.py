"""One target, opened: its plan, who depends on it, what each source says, what happened, and its own document."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.domain.errors import Refusal, Unknown
from bot.flows.decisions.payload import Press
from bot.flows.interactions import finding_details
from bot.messages import FillCaseDetails, FillReview, send
from bot.slack.ids import ActionId, CallbackId, DetailsValue
from bot.slack.modals.finding_details import MAX_SHOWN
from bot.store.decisions import SignedRequest
from tests.flows.stage import Stage, a_finding, deliver, event

pytestmark = pytest.mark.usefixtures("s3")


def pressed(value: DetailsValue, user: str = "U0DANA", view_id: str = "") -> Press:
    return Press(user, "T0ACME", "", "", "1.2.3", "", value.text, SignedRequest("", "", ""), view_id)


def the_target(stage: Stage) -> DetailsValue:
    return DetailsValue(case_id=stage.target.case_id, target_id=stage.target.target_id)


def answered(stage: Stage) -> None:
    """The plan and cards functions take what waits."""
    queue: Any = stage.world.queues.answers
    stage.pump()
    for message in queue.receive():
        deliver(message.body, stage.world)


def shown(stage: Stage) -> str:
    view = stage.slack.views[max(stage.slack.views)]
    return json.dumps(view["blocks"], ensure_ascii=False)


def opened(stage: Stage, value: DetailsValue) -> str:
    finding_details.open_details(pressed(value), stage.world)
    answered(stage)
    return shown(stage)


def as_sent(stage: Stage, fid: str = "") -> str:
    (finding,) = stage.target.findings if not fid else (fid,)
    home = stage.target.resource
    value = DetailsValue(home.account, home.region, finding, stage.target.case_id, stage.target.target_id)
    view_id = max(stage.slack.views)
    finding_details.request_raw_finding(pressed(value, view_id=view_id), stage.world)
    assert "Asking Security Hub" in shown(stage)
    answered(stage)
    return shown(stage)


def the_finding(**more: Any) -> dict[str, Any]:
    (found,) = a_finding("S3.8", **more)["detail"]["findings"]
    return dict(found)


def proposed(stage: Stage, *events: dict[str, Any]) -> DetailsValue:
    stage.tell(*(events or (a_finding("S3.8"),)))
    stage.pump()
    return the_target(stage)


def test_a_target_opens_with_plan_evidence_sources_and_history(stage: Stage) -> None:
    told = opened(stage, proposed(stage))
    assert "Would change exactly this" in told
    assert "Depends on it" in told
    assert "Security Hub (aws/securityhub): FAILED · NEW · HIGH" in told
    assert "target new" in told
    assert "new → proposed" in told


def test_all_arrivals_of_one_problem_are_told_as_one_finding(stage: Stage) -> None:
    imported = event("config_imported")
    told = opened(
        stage, proposed(stage, a_finding("S3.8"), event("config_compliance_change"), imported, event("findings_v2"))
    )
    assert told.count("Raw finding") == 1
    for source in ("(aws/securityhub)", "(aws/config)", "Security Hub, as OCSF", "AWS Config (s3-bucket-level"):
        assert source in told


def test_the_history_of_a_case_is_told_for_this_target_alone(stage: Stage) -> None:
    value = proposed(stage)
    stage.press(ActionId.APPROVE)
    stage.settle()
    told = opened(stage, value)
    assert "<@U0DANA>" in told
    assert "s3:PutPublicAccessBlock" in told


def test_the_document_is_asked_of_security_hub_and_stored_nowhere(stage: Stage) -> None:
    stage.hub.findings = [the_finding(Description="only Security Hub knows this")]
    opened(stage, proposed(stage))
    told = as_sent(stage)
    assert "As Security Hub has it now" in told
    assert "only Security Hub knows this" in told
    assert "GetFindings" in told
    assert ActionId.BACK_TO_DETAILS in told


def test_back_leads_to_what_it_was_about(stage: Stage) -> None:
    value = proposed(stage)
    first = opened(stage, value)
    as_sent(stage)
    finding_details.back_to_details(pressed(value, view_id=max(stage.slack.views)), stage.world)
    answered(stage)
    assert shown(stage) == first


def test_what_config_alone_has_said_is_shown_as_it_was_kept(stage: Stage) -> None:
    opened(stage, proposed(stage, event("config_compliance_change")))
    told = as_sent(stage)
    assert "AWS Config sends a verdict and no document" in told
    assert "NON_COMPLIANT" in told or "FAILED" in told


def test_where_security_hub_cannot_be_asked_that_is_said(stage: Stage) -> None:
    opened(stage, proposed(stage))
    stage.hub.problem = Unknown("AccessDenied")
    assert "could not be asked (AccessDenied)" in as_sent(stage)


def test_a_long_document_is_cut_with_a_word_and_sent_as_a_file(stage: Stage) -> None:
    stage.hub.findings = [the_finding(Description="x" * MAX_SHOWN)]
    opened(stage, proposed(stage))
    told = as_sent(stage)
    assert "Cut here" in told
    assert "direct conversation" in told
    (upload,) = stage.slack.called("files.completeUploadExternal")
    assert upload["channel_id"].startswith("D")


def test_a_document_larger_than_a_message_says_that_it_is_cut(stage: Stage) -> None:
    stage.hub.findings = [the_finding(Description="ü" * 200_000)]
    opened(stage, proposed(stage))
    assert "longer than can be sent" in as_sent(stage)


def test_a_document_cannot_break_out_of_its_place(stage: Stage) -> None:
    stage.hub.findings = [the_finding(Description="```<!channel> *x*\n```" * 300, Title="`" * 5000)]
    opened(stage, proposed(stage))
    told = as_sent(stage)
    assert "<!channel>" not in told
    blocks = stage.slack.views[max(stage.slack.views)]["blocks"]
    codes = [block["text"]["text"] for block in blocks if block["type"] == "section" and "```" in block["text"]["text"]]
    assert codes
    assert all(text.count("```") == 2 and len(text) <= 3000 for text in codes)


def test_guests_are_told_nothing(stage: Stage) -> None:
    value = proposed(stage)
    for act in (finding_details.open_details, finding_details.back_to_details, finding_details.request_raw_finding):
        with pytest.raises(Refusal, match="Guests"):
            act(pressed(value, "U0GUEST"), stage.world)


def test_what_is_gone_is_said_to_be_gone(stage: Stage) -> None:
    told = opened(stage, DetailsValue("111122223333", "eu-west-1", "a" * 26))
    assert "not stored here any more" in told


def test_review_and_details_lead_there(stage: Stage) -> None:
    proposed(stage)
    for kind, callback in ((FillReview, CallbackId.REVIEW), (FillCaseDetails, CallbackId.DETAILS)):
        view_id = stage.slack.call("views.open", trigger_id="1.2", view={"type": "modal", "blocks": []})["view"]["id"]
        send(kind(case_id=stage.case.id, view_id=view_id), stage.world.queues)
        answered(stage)
        assert stage.slack.views[view_id]["callback_id"] == callback
        assert ActionId.FINDING_DETAILS in json.dumps(stage.slack.views[view_id])
