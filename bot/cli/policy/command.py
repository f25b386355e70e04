"""`cspm policy`: check a policy file, explain it for an event, deploy it, print its JSON Schema."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TextIO

from bot.cli.command import Command
from bot.cli.findings.json_files import load
from bot.cli.policy import deploy as policy_deploy
from bot.cli.policy.explain import approvers_text, explain, match_text
from bot.cli.terminal import plain
from bot.domain.errors import BadInput, PolicyInvalid
from bot.domain.policy import Policy
from bot.policy_file import Recipes, parse, schema
from bot.policy_file.scalars import cards_from
from bot.remediations.catalogue import catalogue
from bot.sources.read import SourceContext, read
from bot.store.keys import stamp

INVALID: Final = 1
"""The file has problems. 2 is a file that cannot be read."""


def load_policy(path: str, *, deployed_at: str = "") -> Policy:
    """Parse the policy of a file and check it against the catalogue. Raises BadInput, PolicyInvalid."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise BadInput(f"the policy {path} cannot be read: {getattr(error, 'strerror', None) or error}") from error
    return parse(text, path, deployed_at=deployed_at, recipes=Recipes.of(catalogue().by_id.values()))


def _valid(path: str) -> Policy | None:
    """Return the policy of a file, or write its problems and return None."""
    try:
        return load_policy(path)
    except PolicyInvalid as invalid:
        sys.stderr.writelines(f"{path}: {plain(problem)}\n" for problem in invalid.problems)
        return None


def _deploy(arguments: Namespace, out: TextIO) -> int:
    policy = _valid(arguments.file)
    if policy is None:
        return INVALID
    return policy_deploy.run(arguments, policy, policy_deploy.deployment_of(arguments), out)


def _check(arguments: Namespace, out: TextIO) -> int:
    policy = _valid(arguments.file)
    if policy is None:
        return INVALID
    out.writelines(f"{plain(text)}\n" for text in _summary(policy))
    return 0


def _summary(policy: Policy) -> Iterator[str]:
    yield f"{policy.version} is valid."
    for route in policy.routes:
        approvers = approvers_text(route.approvers, route.approvers.required)
        yield f"  {route.name}  {match_text(route.match)} → {route.channel}, {approvers}"
    stages = ", ".join(f"{account} {stage}" for account, stage in policy.stages.items())
    yield f"  stage  {policy.default_stage}{f'; {stages}' if stages else ''}"


def _explain(arguments: Namespace, out: TextIO) -> int:
    policy = load_policy(arguments.file, deployed_at=_deployment(arguments.deployed_at))
    now = datetime.now(tz=UTC)
    loaded = load(arguments.event)
    reading = read(loaded.document, SourceContext(stamp(now), policy.config_rules))
    rejected = (*reading.rejected, *loaded.problems)
    if rejected and not reading.observations:
        raise BadInput(f"{arguments.event}: {'; '.join(dict.fromkeys(map(plain, rejected)))}")
    out.writelines(f"{plain(text)}\n" for one in reading.observations for text in (*explain(one, policy, now), ""))
    out.writelines(f"ignored: {plain(reason)}\n" for reason in dict.fromkeys(reading.ignored))
    out.writelines(f"rejected: {plain(reason)}\n" for reason in dict.fromkeys(rejected))
    return 0


def _deployment(text: str) -> str:
    try:
        return cards_from(text) if text else ""
    except ValueError as error:
        raise BadInput(f"--deployed-at: {error}") from error


def _schema(_: Namespace, out: TextIO) -> int:
    out.write(f"{json.dumps(schema(), indent=2)}\n")
    return 0


def _arguments(parser: ArgumentParser) -> None:
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)
    check = verbs.add_parser("check", help="validate a policy; exit status 1 when it has problems")
    check.add_argument("file", metavar="FILE")
    check.set_defaults(verb=_check)
    explain = verbs.add_parser("explain", help="which route, approvers and stage an event would get, and why")
    explain.add_argument("file", metavar="FILE", help="the policy")
    explain.add_argument("event", metavar="EVENT", help="JSON: an event, a finding, or a list of them")
    explain.add_argument("--deployed-at", default="", metavar="TIME", help="what `cards.from: deployment` means (ISO)")
    explain.set_defaults(verb=_explain)
    deploy = verbs.add_parser("deploy", help="validate a policy, show what it changes, and deploy it with AppConfig")
    policy_deploy.add_arguments(deploy)
    deploy.set_defaults(verb=_deploy)
    verbs.add_parser("schema", help="print the JSON Schema of a policy").set_defaults(verb=_schema)


def _run(arguments: Namespace, out: TextIO) -> int:
    code: int = arguments.verb(arguments, out)
    return code


COMMAND: Final = Command(
    "policy", "Check a policy, explain it for an event, deploy it, print its schema.", _arguments, _run
)
