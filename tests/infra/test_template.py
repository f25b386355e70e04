"""Properties of the stack that linters do not check: events arrive, nothing is lost silently, alarms are explained."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from samtranslator.yaml_helper import yaml_parse

from bot.flows.execution.execute import LEASE
from bot.runtime.settings import Settings, variable
from infra.local.ministack import Ministack
from infra.local.translate import TEMPLATE, Template, of_type, translated

EVENTS = Path(__file__).parents[1] / "events"
FUNCTIONS = ("Ingest", "Plan", "Cards", "Slack", "Remediate", "Schedule", "Events", "ConfigRule")


@pytest.fixture(scope="module")
def template() -> Template:
    return translated()


@pytest.fixture(scope="module")
def matcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with Ministack(tmp_path_factory.mktemp("matcher")) as aws:
        yield aws.client("events")


def queues(template: Template) -> dict[str, Template]:
    return {name: queue for name, queue in of_type(template, "AWS::SQS::Queue").items() if name.endswith("Queue")}


def mappings(template: Template) -> list[Template]:
    """Return the event source mappings of queues."""
    found = [one["Properties"] for one in of_type(template, "AWS::Lambda::EventSourceMapping").values()]
    return [one for one in found if one["FunctionName"] != {"Ref": "EventsFunction"}]


def pattern_of(template: Template, rule: str) -> str:
    pattern = json.dumps(template["Resources"][rule]["Properties"]["EventPattern"])
    for parameter, source in (("HubEventSource", "aws.securityhub"), ("ConfigEventSource", "aws.config")):
        pattern = pattern.replace(json.dumps({"Ref": parameter}), json.dumps(source))
    return pattern


def finding_event(**fields: Any) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((EVENTS / "securityhub_failed.json").read_text())
    event["detail"]["findings"][0] |= fields
    return event


@pytest.mark.parametrize(
    "fields",
    [
        {"Compliance": {"Status": "FAILED"}},
        {
            "Compliance": {"Status": "PASSED"},
            "Workflow": {"Status": "RESOLVED"},
            "Severity": {"Label": "INFORMATIONAL"},
        },
        {"Workflow": {"Status": "SUPPRESSED"}},
        {"RecordState": "ARCHIVED"},
        {"Workflow": {"Status": "NOTIFIED"}},
    ],
    ids=["failed", "passed", "suppressed", "archived", "notified"],
)
def test_a_finding_of_any_status_reaches_the_queue(matcher: Any, template: Template, fields: Any) -> None:
    event = json.dumps(finding_event(**fields))
    assert matcher.test_event_pattern(EventPattern=pattern_of(template, "HubRule"), Event=event)["Result"]


@pytest.mark.parametrize("name", ["securityhub_custom_action", "securityhub_passed", "findings_v2"])
def test_custom_actions_and_the_new_format_reach_the_queue_too(matcher: Any, template: Template, name: str) -> None:
    event = (EVENTS / f"{name}.json").read_text()
    assert matcher.test_event_pattern(EventPattern=pattern_of(template, "HubRule"), Event=event)["Result"]


@pytest.mark.parametrize("rule", ["ConfigRule", "ForwardedRule"])
def test_compliance_changes_reach_the_queue_and_other_messages_of_config_do_not(
    matcher: Any, template: Template, rule: str
) -> None:
    pattern = pattern_of(template, rule)
    change, item = (
        (EVENTS / f"{name}.json").read_text() for name in ("config_compliance_change", "config_item_change")
    )
    assert matcher.test_event_pattern(EventPattern=pattern, Event=change)["Result"]
    assert not matcher.test_event_pattern(EventPattern=pattern, Event=item)["Result"]


def test_every_queue_has_dead_letters_of_its_type_with_an_alarm(template: Template) -> None:
    assert len(queues(template)) == 7
    for name, queue in queues(template).items():
        dead = queue["Properties"]["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
        assert dead == name.replace("Queue", "DeadLetters")
        assert template["Resources"][dead]["Properties"].get("FifoQueue") == queue["Properties"].get("FifoQueue")
        alarm = template["Resources"][f"{dead}Alarm"]["Properties"]
        assert alarm["Dimensions"] == [{"Name": "QueueName", "Value": {"Fn::GetAtt": [dead, "QueueName"]}}]
        assert alarm["Threshold"] == 0


def test_the_visibility_timeout_is_at_least_six_function_timeouts(template: Template) -> None:
    for properties in mappings(template):
        queue = template["Resources"][properties["EventSourceArn"]["Fn::GetAtt"][0]]["Properties"]
        function = template["Resources"][properties["FunctionName"]["Ref"]]["Properties"]
        window = properties.get("MaximumBatchingWindowInSeconds", 0)
        assert queue["VisibilityTimeout"] >= 6 * function["Timeout"] + window


def test_every_queue_has_one_function_that_reports_batch_item_failures(template: Template) -> None:
    read = sorted(mapping["EventSourceArn"]["Fn::GetAtt"][0] for mapping in mappings(template))
    assert read == sorted(queues(template))
    assert all(mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"] for mapping in mappings(template))
    assert all(mapping["ScalingConfig"]["MaximumConcurrency"] >= 2 for mapping in mappings(template))


def test_events_are_stored_in_large_batches_by_two_functions_at_most(template: Template) -> None:
    (ingest,) = (
        mapping["Properties"]
        for mapping in of_type(template, "AWS::Lambda::EventSourceMapping").values()
        if mapping["Properties"]["FunctionName"] == {"Ref": "IngestFunction"}
    )
    assert (ingest["BatchSize"], ingest["MaximumBatchingWindowInSeconds"]) == (1000, 5)
    assert ingest["ScalingConfig"] == {"MaximumConcurrency": 2}


def test_every_alarm_has_an_instruction(template: Template) -> None:
    for name, alarm in of_type(template, "AWS::CloudWatch::Alarm").items():
        sentences = re.split(r"[.?;:]\s", alarm["Properties"]["AlarmDescription"])
        assert len(sentences) >= 2, name


def test_the_table_and_the_secrets_outlive_the_stack(template: Template) -> None:
    kept = of_type(template, "AWS::DynamoDB::Table") | of_type(template, "AWS::SecretsManager::Secret")
    assert all(resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == "Retain" for resource in kept.values())
    (table,) = of_type(template, "AWS::DynamoDB::Table").values()
    assert table["Properties"]["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["Properties"]["SSESpecification"] == {"SSEEnabled": True}
    assert "TimeToLiveSpecification" not in table["Properties"]


def test_the_forwarding_bus_is_open_to_the_organisation_only(template: Template) -> None:
    (statement,) = template["Resources"]["ForwardedBus"]["Properties"]["Policy"]["Statement"]
    assert statement["Condition"] == {"StringEquals": {"aws:PrincipalOrgID": {"Ref": "OrganizationId"}}}
    assert "Default" not in template["Parameters"]["OrganizationId"]


def test_slack_has_one_throttled_route(template: Template) -> None:
    (route,) = of_type(template, "AWS::ApiGatewayV2::Route").values()
    (stage,) = of_type(template, "AWS::ApiGatewayV2::Stage").values()
    assert route["Properties"]["RouteKey"] == "POST /slack/events"
    assert stage["Properties"]["DefaultRouteSettings"] == {"ThrottlingBurstLimit": 200, "ThrottlingRateLimit": 100}


def test_a_dropped_record_of_the_stream_has_an_alarm(template: Template) -> None:
    (mapping,) = (
        one["Properties"]
        for one in of_type(template, "AWS::Lambda::EventSourceMapping").values()
        if one["Properties"]["FunctionName"] == {"Ref": "EventsFunction"}
    )
    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    assert "MaximumRetryAttempts" not in mapping
    assert mapping["MaximumRecordAgeInSeconds"] < 24 * 3600
    assert mapping["DestinationConfig"] == {"OnFailure": {"Destination": {"Fn::GetAtt": ["MovesLost", "Arn"]}}}
    assert template["Resources"]["MovesLostAlarm"]["Properties"]["Threshold"] == 0


def test_functions_get_every_setting_but_those_of_the_local_stack(template: Template) -> None:
    local = {"accounts_endpoint", "slack_api", "clock_url"}
    wanted = {variable(name) for name in Settings.model_fields if name not in local}
    for function in of_type(template, "AWS::Lambda::Function").values():
        told = {name for name in function["Properties"]["Environment"]["Variables"] if name.startswith("CSPM_")}
        assert told == wanted


def test_a_function_has_the_url_of_each_queue_that_it_reads_to_postpone_messages(
    template: Template,
) -> None:
    (variables, *_) = [
        function["Properties"]["Environment"]["Variables"]
        for function in of_type(template, "AWS::Lambda::Function").values()
    ]
    read = [one["EventSourceArn"]["Fn::GetAtt"][0] for one in mappings(template)]
    assert "IngestQueue" in read
    for queue in read:
        name = variable(f"{queue.removesuffix('Queue').lower()}_queue")
        assert variables[name] == {"Ref": queue}


def test_every_parameter_without_a_default_has_a_description_and_a_constraint(template: Template) -> None:
    grouped = yaml_parse(TEMPLATE.read_text())["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    shown = [name for group in grouped for name in group["Parameters"]]
    assert sorted(shown) == sorted(template["Parameters"])
    for name, parameter in template["Parameters"].items():
        assert parameter["Description"].endswith("."), name
        assert {"AllowedPattern", "AllowedValues", "MinValue"} & set(parameter), name
        pattern, default = parameter.get("AllowedPattern"), parameter.get("Default")
        assert pattern is None or default is None or re.search(pattern, str(default)), name
        assert default is None or default in parameter.get("AllowedValues", [default]), name


def test_every_handler_exists(template: Template) -> None:
    root = Path(__file__).parents[2]
    handlers = {function["Properties"]["Handler"] for function in of_type(template, "AWS::Lambda::Function").values()}
    assert len(handlers) == len(FUNCTIONS)
    for handler in handlers:
        package, module, name = handler.split(".")
        assert f"def {name}(" in (root / package / f"{module}.py").read_text()


def test_every_function_is_built_by_the_makefile(template: Template) -> None:
    makefile = (Path(__file__).parents[2] / "Makefile").read_text()
    built = re.search(r"^FUNCTIONS := ([\w ]+)$", makefile, re.MULTILINE)
    assert built
    assert sorted(f"{name}Function" for name in built[1].split()) == sorted(of_type(template, "AWS::Lambda::Function"))


def test_every_schedule_is_valid(template: Template) -> None:
    for schedule in of_type(template, "AWS::Scheduler::Schedule").values():
        properties = schedule["Properties"]
        assert is_schedule(properties["ScheduleExpression"])
        assert set(json.loads(properties["Target"]["Input"])) == {"job"}


@pytest.mark.parametrize(
    ("expression", "right"),
    [
        ("rate(1 minute)", True),
        ("rate(5 minutes)", True),
        ("rate(1 minutes)", False),
        ("rate(0 days)", False),
        ("cron(0 8 ? * MON-FRI *)", True),
        ("cron(0 8 * * MON-FRI *)", False),
        ("cron(0 8 ? * MON-FRI)", False),
        ("cron(61 8 ? * * *)", False),
    ],
)
def test_invalid_schedules_are_found(expression: str, right: bool) -> None:  # noqa: FBT001 - an expected value
    assert is_schedule(expression) is right


def is_schedule(expression: str) -> bool:
    """Return whether EventBridge Scheduler accepts this; in cron, day of month or day of week must be `?`."""
    if rate := re.fullmatch(r"rate\((\d+) (minute|hour|day)(s?)\)", expression):
        return int(rate[1]) > 0 and (rate[3] == "s") == (int(rate[1]) > 1)
    cron = re.fullmatch(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)", expression)
    if not cron or "?" not in (cron[3], cron[5]):
        return False
    limits = (59, 23, 31, 12, 7, 2199)
    numbers = [[int(number) for number in re.findall(r"\d+", field)] for field in cron.groups()]
    return all(number <= limit for field, limit in zip(numbers, limits, strict=True) for number in field)


def test_no_run_outlives_its_lease(template: Template) -> None:
    timeout = template["Resources"]["RemediateFunction"]["Properties"]["Timeout"]
    assert LEASE.total_seconds() > timeout
