"""`cspm plan`: plan a remediation of one resource with the caller's credentials, read-only."""

from __future__ import annotations

import json
import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from typing import Any, Final, TextIO

import boto3
from botocore.exceptions import BotoCoreError, ClientError, InvalidRegionError, ParamValidationError

from bot.adapters.aws.accounts import CallerAccount
from bot.adapters.aws.errors import code_of, message_of
from bot.cli.command import Command
from bot.cli.plan.output import as_object, as_text, guidance_object, guidance_text
from bot.cli.policy.command import load_policy
from bot.data.controls import controls
from bot.domain.errors import BadInput, Unknown
from bot.domain.plan import Gone, Outcome, Refused, Target
from bot.domain.ports import Accounts, Call
from bot.domain.remediation import Remediation
from bot.domain.remediation import plan as planned
from bot.domain.resource import Resource, parse_arn
from bot.remediations.catalogue import catalogue
from bot.sources.common import Subject

PLANNED: Final = 0
NOT_PLANNED: Final = 1
"""Unreadable, gone or refused. 2 is bad input, as for every command."""

_NO_REGION: Final = "none"


def recipe_of(name: str) -> Remediation:
    """Return the remediation of a control, or with this id. Raises BadInput for an unknown name."""
    known = catalogue()
    recipe = known.fix_for(controls().canonical_id(name)) or known.by_id.get(name)
    if recipe:
        return recipe
    problem = "there is no remediation for" if controls().get(name) else "no control or remediation is called"
    raise BadInput(f"{problem} {name}; `cspm catalogue` lists those that there are")


def resource_of(
    recipe: Remediation, raw_id: str, *, account: str, region: str, configured_region: str = ""
) -> Resource:
    """Return the resource as a finding would name it. Raises BadInput for an unknown Region."""
    arn = parse_arn(raw_id)
    where = region or (arn.region if arn else "") or configured_region
    subject = Subject(account, where or _NO_REGION, recipe.resource_type, raw_id)
    resource = subject.resource(recipe.controls[0], arn.partition if arn else "aws")
    if resource.region == _NO_REGION:
        raise BadInput("which Region? give --region, or set AWS_REGION")
    return resource


def target_of(recipe: Remediation, name: str, resource: Resource, params: Mapping[str, Any]) -> Target:
    """Return the target with this control open, or with all of them if `name` is the remediation's id."""
    control = controls().canonical_id(name)
    open_controls = frozenset({control} if control in recipe.controls else recipe.controls)
    return Target(recipe.id, resource, open_controls, params)


def outcome_of(recipe: Remediation, target: Target, accounts: Accounts) -> Outcome:
    """Plan and return the outcome. Raises BadInput for an invalid resource id, Unknown if AWS denies a read."""
    calls: list[Call] = []
    account = accounts.reader(target.resource, calls.append)
    try:
        return planned(recipe, target, account)
    except (ParamValidationError, InvalidRegionError) as error:
        raise BadInput(f"AWS has no {target.resource.type} {target.resource.id}: {error}") from error
    except (ClientError, BotoCoreError) as error:
        raise Unknown(f"{target.resource.id} cannot be read: {code_of(error)}: {message_of(error)}") from error


def _session() -> boto3.Session:
    try:
        return boto3.Session()
    except BotoCoreError as error:
        raise BadInput(f"your AWS configuration cannot be used: {error}") from error


def _account_in(raw_id: str) -> str:
    arn = parse_arn(raw_id)
    return arn.account if arn and arn.account.isdigit() else ""


def _plan(arguments: Namespace, out: TextIO) -> int:
    recipe = recipe_of(arguments.control)
    session = _session()
    accounts = CallerAccount(session, endpoint=os.environ.get("AWS_ENDPOINT_URL", ""))
    resource = resource_of(
        recipe,
        arguments.resource,
        account=arguments.account or _account_in(arguments.resource) or accounts.account_id(),
        region=arguments.region,
        configured_region=os.environ.get("AWS_REGION") or session.region_name or "",
    )
    target = target_of(recipe, arguments.control, resource, {})
    if arguments.policy:
        params = load_policy(arguments.policy).params(recipe.id, target.controls)
        target = target_of(recipe, arguments.control, resource, params)
    outcome = outcome_of(recipe, target, accounts)
    fields = as_object(recipe, target, outcome)
    out.write(f"{json.dumps(fields, indent=2) if arguments.json else as_text(recipe, target, outcome)}\n")
    return NOT_PLANNED if isinstance(outcome, Gone | Refused) else PLANNED


def _arguments(parser: ArgumentParser) -> None:
    parser.epilog = (
        "Exit status: 0 there is a plan, or nothing to do; 1 unreadable, gone or refused; 2 bad input. "
        "Credentials and Region as the AWS CLI finds them (AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL)."
    )
    parser.add_argument("control", metavar="CONTROL", help="a control such as S3.8, or a remediation's id")
    parser.add_argument("resource", metavar="RESOURCE", help="its ARN, or the service's own id")
    parser.add_argument("--account", default="", help="must be the account of your credentials, which is the default")
    parser.add_argument("--region", default="", help="default: the ARN's, else the one that you have configured")
    parser.add_argument("--policy", metavar="FILE", help="plan with the parameters that this policy sets")
    parser.add_argument("--json", action="store_true", help="one JSON object")


def _run(arguments: Namespace, out: TextIO) -> int:
    guidance = catalogue().guidance_for(controls().canonical_id(arguments.control))
    if guidance:
        fields = guidance_object(guidance)
        out.write(f"{json.dumps(fields, indent=2) if arguments.json else guidance_text(guidance)}\n")
        return PLANNED
    try:
        return _plan(arguments, out)
    except Unknown as error:
        sys.stderr.write(f"cspm: {error}\n")
        return NOT_PLANNED


COMMAND: Final = Command(
    "plan", "What would be changed on one resource, and what depends on it; changes nothing.", _arguments, _run
)
