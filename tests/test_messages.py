"""The messages between the functions: their JSON forms, their queues, and the one function that takes each."""

from __future__ import annotations

import inspect
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, get_args, get_type_hints

import pytest

from bot import messages
from bot.adapters.clock import ManualClock
from bot.adapters.memory.queue import MemoryQueue, memory_queues
from bot.domain.errors import BadInput
from bot.domain.ports import Queues
from bot.messages import Message, classes, parse, send, to_json
from bot.messages.base import QueueName
from bot.runtime.dispatch import Flows, dispatch
from handlers import cards, plan, remediate
from infra.local.translate import translated
from tests.flows.stage import START, Stage

HANDLERS: Final[Mapping[str, Flows]] = {"plan": plan.FLOWS, "remediate": remediate.FLOWS, "cards": cards.FLOWS}

EXAMPLES: Final = (
    messages.PlanTarget(case_id="01CASE", target_id="t-1", ask_again=True),
    messages.PreviewUndo(case_id="01CASE", view_id="V1", user_id="U0DANA", target_ids=("t-1", "t-2")),
    messages.RecheckFinding(finding_id="finding-1", product_arn="arn:aws:securityhub:eu-west-1::product/aws/x"),
    messages.ReassignFindings(account_ids=("111122223333",), reason="exempted:1", region="eu-west-1", after="fid"),
    messages.RedrawCards(account_ids=("111122223333", "222233334444"), policy_version="v2"),
    messages.FetchRawFinding(subject='{"a":"111122223333"}', view_id="V1", user_id="U0DANA"),
    messages.StartReconciliation(scope="nightly"),
    messages.ReconcileStep(walk_id="01WALK", step=3),
    messages.CheckAccountAccess(account_id="111122223333", partition="aws-cn"),
    messages.JudgeDecision(case_id="01CASE", decision_id="d" * 32),
    messages.UpdateSecurityHub(case_id="01CASE", target_id="t-1", lift_suppression=True),
    messages.ApproveAutomatically(case_id="01CASE", target_id="t-1"),
    messages.ExemptionDue(account_id="111122223333", exemption_id="e" * 32),
    messages.ExecuteRun(run_id="01RUN", account_id="111122223333"),
    messages.VerifyRun(run_id="01RUN", attempt=2),
    messages.RenderChannel(channel_id="C0SECPROD"),
    messages.SendReminders(channel_id="C0SECPROD", reminder="escalation"),
    messages.FillReview(case_id="01CASE", view_id="V1", page=2, recorded=True),
    messages.FillCaseDetails(case_id="01CASE", view_id="V1"),
    messages.FillUndoPreview(
        case_id="01CASE",
        view_id="V1",
        manifest="f" * 32,
        problems=(
            messages.UndoProblem(target_id="t-1", reason="the bot changed nothing here"),
            messages.UndoProblem(
                target_id="t-2",
                conflicts=(messages.UndoConflict(setting="lifecycle", before=None, after=["a", 1], now={"b": True}),),
            ),
        ),
    ),
    messages.FillFindingDetails(subject='{"a":"111122223333"}', view_id="V1"),
    messages.FillRawFinding(subject="{}", view_id="V1", user_id="U0DANA", text="{…}", note="As Security Hub has it."),
    messages.FillFindingList(view_id="V1", page="{}"),
    messages.PublishHome(user_id="U0DANA", team_id="T0ACME"),
    messages.SendDigest(user_id="U0DANA", channel_id="C0SECPROD"),
    messages.SendTrend(user_id="U0DANA", words=("30", "S3.*")),
    messages.SendAuditExport(user_id="U0DANA", days=7, account_id="111122223333"),
    messages.Notify(user_id="U0DANA", channel_id="C0SECPROD", text="Approved — ✔", direct=True),
    messages.ThreadReply(channel_id="C0SECPROD", thread_ts="1.1", text="The exemption ends tomorrow."),
)

STANDARD: Final = {"plan", "proofs", "answers"}
"""Queues that are not FIFO (template.yaml)."""


def name(message: object) -> str:
    return type(message).__name__


def queues() -> Queues:
    return memory_queues(ManualClock(START))


def the_queue(message: Message, here: Queues) -> MemoryQueue:
    queue: MemoryQueue = getattr(here, message.queue)
    return queue


def test_every_class_has_an_example() -> None:
    assert {type(one) for one in EXAMPLES} == set(classes().values())
    assert {one.__name__ for one in classes().values()} <= set(messages.__all__)


@pytest.mark.parametrize("message", EXAMPLES, ids=name)
def test_a_message_comes_back_as_it_was_sent(message: Message) -> None:
    here = queues()
    send(message, here)
    (sent,) = the_queue(message, here).sent
    assert parse(sent.body) == message
    assert (sent.body["kind"], sent.body["version"]) == (message.kind, 1)
    assert sum(len(queue.sent) for queue in vars(here).values()) == 1


@pytest.mark.parametrize("message", EXAMPLES, ids=name)
def test_a_message_is_plain_json_of_which_every_field_is_named(message: Message) -> None:
    body = json.loads(json.dumps(to_json(message)))
    assert set(body) == set(type(message).model_fields)
    assert parse(body) == message


@pytest.mark.parametrize("message", EXAMPLES, ids=name)
def test_fifo_queues_get_a_group_and_the_others_none(message: Message) -> None:
    assert bool(message.group) is (message.queue not in STANDARD)


@pytest.mark.parametrize("message", EXAMPLES, ids=name)
def test_a_message_cannot_be_changed(message: Message) -> None:
    with pytest.raises(ValueError, match="frozen"):
        setattr(message, "kind", "other")  # noqa: B010 - mypy knows that it cannot be set


def test_messages_of_a_group_keep_their_order() -> None:
    groups = {name(one): one.group for one in EXAMPLES if one.group}
    assert groups == {
        "JudgeDecision": "01CASE",
        "UpdateSecurityHub": "01CASE",
        "ApproveAutomatically": "01CASE",
        "ExemptionDue": "e" * 32,
        "ExecuteRun": "111122223333",
        "RenderChannel": "C0SECPROD",
        "SendReminders": "C0SECPROD",
    }


def test_a_delay_is_for_standard_queues() -> None:
    here = queues()
    send(messages.VerifyRun(run_id="01RUN"), here, delay=5)
    (sent,) = the_queue(messages.VerifyRun(run_id="01RUN"), here).sent
    assert sent.delay == 5


# ------------------------------------------------------------------ what is not a message


@pytest.mark.parametrize("body", [{}, {"kind": "song"}, {"kind": None}, {"kind": ["notify"]}, [], "notify", None])
def test_an_unknown_kind_is_named(body: Any) -> None:
    with pytest.raises(BadInput, match="there is no message of kind"):
        parse(body)


@pytest.mark.parametrize("message", EXAMPLES, ids=name)
def test_another_version_is_refused(message: Message) -> None:
    for version in (0, 2, "x", None):
        with pytest.raises(BadInput, match=rf"message '{message.kind}': version: input should be 1"):
            parse({**to_json(message), "version": version})


@pytest.mark.parametrize("message", EXAMPLES, ids=name)
def test_an_unknown_field_is_refused(message: Message) -> None:
    with pytest.raises(BadInput, match=rf"message '{message.kind}': shape: extra inputs are not permitted"):
        parse({**to_json(message), "shape": "round"})


@pytest.mark.parametrize("message", EXAMPLES, ids=name)
def test_a_missing_field_is_named(message: Message) -> None:
    for field, info in type(message).model_fields.items():
        if info.is_required():
            body = {key: value for key, value in to_json(message).items() if key != field}
            with pytest.raises(BadInput, match=rf"message '{message.kind}': {field}: field required"):
                parse(body)


def test_an_unknown_field_of_a_part_is_refused() -> None:
    problems = [{"target_id": "t-1", "conflicts": [{"setting": "x", "before": 1, "after": 2, "now": 3, "then": 4}]}]
    with pytest.raises(BadInput, match=r"problems\.0\.conflicts\.0\.then: extra inputs are not permitted"):
        parse({"kind": "fill_undo_preview", "case_id": "01CASE", "view_id": "V1", "problems": problems})


# ------------------------------------------------------------------ who takes them


def takers(kind: type[Message]) -> list[str]:
    return [function for function, flows in HANDLERS.items() if kind in flows]


@pytest.mark.parametrize("kind", classes().values(), ids=lambda kind: kind.__name__)
def test_every_message_is_dispatched_by_the_one_function_that_reads_its_queue(kind: type[Message]) -> None:
    assert takers(kind) == [readers()[kind.queue]]


def readers() -> dict[str, str]:
    """The function that reads each queue, by template.yaml."""
    resources = translated()["Resources"]
    sources = [one["Properties"] for one in resources.values() if one["Type"] == "AWS::Lambda::EventSourceMapping"]
    found = {}
    for source in sources:
        queue = str(source["EventSourceArn"].get("Fn::GetAtt", [""])[0])
        function = str(source["FunctionName"]["Ref"])
        if queue.endswith("Queue"):
            found[queue.removesuffix("Queue").lower()] = function.removesuffix("Function").lower()
    return {queue: function for queue, function in found.items() if queue in get_args(QueueName)}


def test_every_queue_is_read() -> None:
    assert set(readers()) == set(get_args(QueueName)) == set(Queues.__dataclass_fields__)


@pytest.mark.parametrize("function", HANDLERS)
def test_a_flow_takes_the_message_that_it_is_named_for(function: str) -> None:
    for kind, flow in HANDLERS[function].items():
        first, *_ = inspect.signature(flow).parameters
        assert get_type_hints(flow)[first] is kind


def test_no_flow_takes_two_kinds_of_message() -> None:
    flows = [flow for flows in HANDLERS.values() for flow in flows.values()]
    assert len(flows) == len(set(flows))


def test_a_function_that_does_not_take_a_message_says_so() -> None:
    with pytest.raises(BadInput, match="this function takes no message of kind 'notify'"):
        dispatch(messages.Notify(user_id="U0DANA", text="x"), plan.FLOWS, Stage().world)


def test_messages_are_built_and_read_as_such_only() -> None:
    root = Path(__file__).parents[1]
    wrong = [
        f"{path.relative_to(root)}: {word}"
        for folder in ("bot/flows", "handlers")
        for path in (root / folder).rglob("*.py")
        for word in (
            'body["kind"]',
            'body.get("kind"',
            ".send({",
            *(f"queues.{queue}." for queue in get_args(QueueName)),
        )
        if word in path.read_text()
    ]
    assert wrong == []


def test_importing_builds_no_model() -> None:
    """Each function would pay for all models at its cold start."""
    assert [kind.__name__ for kind in classes().values() if not kind.model_config["defer_build"]] == []
