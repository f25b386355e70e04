"""Guidance: whoever types what the steps say is not told by the AWS CLI that there is no such thing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import pytest
from botocore import xform_name
from botocore.model import ListShape, ServiceModel, Shape, StructureShape
from botocore.session import get_session

from bot.data.controls import controls
from bot.domain.remediation import Guidance
from bot.remediations.catalogue import catalogue

_CLIS_NAMES = {"configservice": "config", "s3api": "s3", "deploy": "codedeploy"}
"""Services whose name in the AWS CLI is not botocore's."""

_OF_THE_CLI = {
    ("configservice", "put-configuration-recorder"),
    ("eks", "update-cluster-version"),
    ("emr", "create-cluster"),
    ("emr", "terminate-clusters"),
    ("s3", "cp"),
    ("s3", "ls"),
    ("s3", "sync"),
}
"""Commands to which the CLI gives names or options of its own."""

_CHANGING = ("copy-", "delete-", "detach-", "modify-", "put-", "reboot-", "restore-", "set-", "update-")
_TAKEN_OVER = ("with all of it", "with everything that it has", "and all else that it has")
"""How a step says that the rest comes from what the thing has now."""

_EVERYWHERE = {"region", "query", "output", "profile", "cli-input-json", "generate-cli-skeleton"}

GUIDANCE = sorted({one.id: one for one in catalogue().guidance_by_control.values()}.values(), key=lambda one: one.id)
every_guidance = pytest.mark.parametrize("guidance", GUIDANCE, ids=lambda one: one.id)


@every_guidance
def test_the_commands_of_its_steps_are_the_clis(guidance: Guidance) -> None:
    wrong = [
        f"aws {service} {command} {option}".rstrip()
        for step in guidance.steps
        for service, command, options in commands(step)
        for option in unknown(service, command, options)
    ]
    assert wrong == []


@every_guidance
def test_a_command_that_changes_something_says_what_it_needs(guidance: Guidance) -> None:
    lacking = [
        f"aws {service} {command}: --{option}"
        for step in guidance.steps
        for service, command, options in commands(step)
        if options and command.startswith(_CHANGING) and not any(words in step for words in _TAKEN_OVER)
        for option in needed(service, command) - set(options) - _EVERYWHERE
        if "cli-input-json" not in options and f"no-{option}" not in options
    ]
    assert lacking == []


@every_guidance
def test_it_is_short_and_says_why_the_bot_does_not_do_it(guidance: Guidance) -> None:
    assert 1 <= len(guidance.steps) <= 8
    assert all(len(step) <= 400 for step in guidance.steps)
    assert guidance.why_no_fix
    assert not guidance.why_no_fix.endswith(".")


@every_guidance
def test_its_controls_are_security_hubs(guidance: Guidance) -> None:
    assert [control for control in guidance.controls if controls().get(control) is None] == []


def commands(step: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Service, command and options of each `aws …` in a step, an option with the first word after it."""
    for part in re.split(r"\baws (?=[a-z0-9-]+ )", step)[1:]:
        words = re.match(r"(?P<service>[a-z0-9-]+) (?:\([a-z]+\) )?(?P<command>[a-z0-9-]+)", part)
        assert words, f"no command in {part!r}"
        yield words["service"], words["command"], dict(re.findall(r"(?<!\S)\(?--([a-z][a-z0-9-]*)(?: (\S+))?", part))


def unknown(service: str, command: str, options: dict[str, str]) -> list[str]:
    """What of it the CLI does not know; '' stands for the command itself."""
    if (service, command) in _OF_THE_CLI:
        return []
    known = options_of(service).get(command)
    if known is None:
        return [""]
    named = {one: value for one, value in options.items() if one not in _EVERYWHERE}
    wrong = [f"--{one}" for one in named if one not in known and one.removeprefix("no-") not in known]
    return wrong + [f"--{one} {value}" for one, value in named.items() if one in known and not fits(known[one], value)]


def fits(shape: Shape, value: str) -> bool:
    """Whether a value in the CLI's shorthand, `Key=…,Key={Key=…}`, names members of what the option takes."""
    keys = re.findall(r"(?:^|[,{[])([A-Za-z][A-Za-z0-9]*)=", value)
    if isinstance(shape, ListShape):
        shape = shape.member
    if not keys or not isinstance(shape, StructureShape):
        return True
    return keys[0] in shape.members and set(keys) <= set(below(shape))


def below(shape: Shape) -> Iterator[str]:
    """The names of all members, at any depth. No shape that a step names holds itself."""
    if isinstance(shape, ListShape):
        yield from below(shape.member)
    if isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            yield name
            yield from below(member)


def needed(service: str, command: str) -> set[str]:
    """The options without which the CLI refuses the command; tokens that it makes by itself are not among them."""
    if (service, command) in _OF_THE_CLI:
        return set()
    for operation in model_of(service).operation_names:
        shape = model_of(service).operation_model(operation).input_shape
        if shape and xform_name(operation, "-") == command:
            required = {
                name for name in shape.required_members if "idempotencyToken" not in shape.members[name].metadata
            }
            return {xform_name(name, "-") for name in required}
    return set()


@cache
def model_of(service: str) -> ServiceModel:
    """Its operations, as botocore has them."""
    name = _CLIS_NAMES.get(service, service)
    return ServiceModel(get_session().get_component("data_loader").load_service_model(name, "service-2"), name)


@cache
def options_of(service: str) -> dict[str, dict[str, Shape]]:
    """The commands of a service, each with its options."""
    name = _CLIS_NAMES.get(service, service)
    if name not in get_session().get_available_services():
        return {}
    model, found = model_of(service), {}
    for operation in model.operation_names:
        shape = model.operation_model(operation).input_shape
        members = shape.members.items() if shape else ()
        found[xform_name(operation, "-")] = {xform_name(one, "-"): member for one, member in members}
    return found


def test_what_nobody_knows_is_seen() -> None:
    wrong = (
        "aws s3api put-bucket-locks --bucket B, then aws ec2 describe-volumes --volume V, then"
        " aws ec2 describe-volumes --filters Nme=size,Values=1"
    )
    assert [unknown(*one) for one in commands(wrong)] == [[""], ["--volume"], ["--filters Nme=size,Values=1"]]
