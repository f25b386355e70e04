"""`cspm policy deploy`: show the changes of a valid policy and deploy it with AppConfig."""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Final, TextIO

from bot.cli.command import confirmed
from bot.cli.deployment import Deployment, find_deployment
from bot.cli.policy.changes import differences
from bot.cli.policy.store import COMPLETE, IN_PROGRESS, PolicyStore, Rollout, rollout_in_force
from bot.cli.terminal import plain
from bot.domain.policy import Policy

STRATEGY: Final = "AppConfig.Linear50PercentEvery30Seconds"
"""All functions have the version within a minute; for one more it bakes, and stopping it rolls back.

With slower strategies functions use two policies for longer, and a revoked right stays valid for longer.
"""

POLL_SECONDS: Final = 5
NOT_COMPLETE: Final = 1
"""The deployment was not completed; 2 is one that could not be started."""


def deploy(
    text: str,
    policy: Policy,
    store: PolicyStore,
    strategy: str,
    confirm: Callable[[], bool],
    out: TextIO,
) -> Rollout | None:
    """Store and roll out, unless nothing changes or it is not confirmed. Raises BadInput, Unknown, PolicyInvalid."""
    rollouts, latest = store.rollouts(), store.latest_version()
    now = rollout_in_force(rollouts)
    changes = _changes(now, policy, store)
    if not changes:
        out.write(f"version {now.version if now else ''} in force says the same: nothing to deploy\n")
        return None
    out.writelines(f"  {plain(one)}\n" for one in changes)
    if now and str(latest) != now.version:
        out.write(f"  (version {latest} was stored after version {now.version} and is not in force)\n")
    if not confirm():
        return None
    version = store.create(text, latest, f"v{latest + 1}")
    started = store.start(version, rollouts[0].number if rollouts else 0, strategy)
    out.write(f"version {version} is being deployed, as deployment {started.number}, by {strategy}\n")
    return started


def _changes(now: Rollout | None, policy: Policy, store: PolicyStore) -> list[str]:
    if now is None:
        return ["no policy is in force yet: until there is one, nobody may decide anything"]
    return differences(store.version(now.version).policy(), policy)


def wait_for_end(number: int, store: PolicyStore, out: TextIO, pause: Callable[[float], None] = time.sleep) -> int:
    """Wait for the end of a deployment; return 0 if it is complete."""
    while (now := store.rollout(number)).state in IN_PROGRESS:
        pause(POLL_SECONDS)
    out.write(f"deployment {number} is {now.state}\n")
    return 0 if now.state == COMPLETE else NOT_COMPLETE


def run(arguments: Namespace, policy: Policy, deployment: Deployment, out: TextIO) -> int:
    """Deploy a valid policy and return the exit code."""
    store = PolicyStore(deployment)
    text = Path(arguments.file).read_text(encoding="utf-8")
    started = deploy(
        text, policy, store, arguments.strategy, lambda: arguments.yes or confirmed("Deploy this?", out), out
    )
    if started is None:
        return 0
    if arguments.wait:
        return wait_for_end(started.number, store, out)
    named = f"{store.names} --deployment-number {started.number}"
    out.write(f"follow it:  aws appconfig get-deployment {named}\n")
    out.write(f"stop it:    aws appconfig stop-deployment {named}\n")
    return 0


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `cspm policy deploy`."""
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--stack", default="cspm-bot", help="the stack's name (cspm-bot)")
    parser.add_argument("--region", default="", help="the stack's Region")
    parser.add_argument("--strategy", default=STRATEGY, help=f"AppConfig's deployment strategy ({STRATEGY})")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--wait", action="store_true", help="wait for the end; exit status 1 if it is rolled back")


def deployment_of(arguments: Namespace) -> Deployment:
    return find_deployment(arguments.stack, arguments.region)
