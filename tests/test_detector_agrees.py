"""The fixes against a detector that knows nothing of them: what was fixed passes, what was undone fails again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.canonical import Secret
from bot.domain.plan import Changes, Compliant, Plan, Refused, Target, undo
from bot.domain.remediation import Remediation, plan
from bot.domain.resource import identify
from bot.remediations.catalogue import catalogue
from infra.local.cloud import CustomerCloud
from infra.local.detector import Detector
from infra.local.moto_extensions.findings import STORE
from infra.local.sandbox import HOME_REGION, seed

FEWEST_RECIPES = 12
ADMINISTRATOR = "999900001111"


@dataclass(frozen=True)
class SandboxAccount:
    """Implements the port Account on the sandbox."""

    cloud: CustomerCloud
    account_id: str
    region: str

    def client(self, service: str, region: str = "") -> Any:
        return self.cloud.client(service, self.account_id, region or self.region)

    def secret(self, value: str) -> Secret:
        return Secret.of(value, b"tests")


@dataclass
class Sandbox:
    """The accounts with everything wrong in them, and who looks at them."""

    cloud: CustomerCloud
    detector: Detector

    def failing(self) -> set[tuple[str, str, str, str]]:
        """(account, Region, control, resource) of what fails now."""
        self.detector.scan()
        return {
            (one["AwsAccountId"], one["Region"], one["Compliance"]["SecurityControlId"], one["Resources"][0]["Id"])
            for one in STORE.seen_by(ADMINISTRATOR, HOME_REGION)
            if one["Compliance"]["Status"] == "FAILED"
            and one["RecordState"] == "ACTIVE"
            and one["ProductArn"].endswith("/aws/securityhub")
        }

    def account(self, target: Target) -> SandboxAccount:
        return SandboxAccount(self.cloud, target.resource.account, target.resource.call_region)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with CustomerCloud(ADMINISTRATOR) as cloud:
        seed(cloud)
        detector = Detector(cloud, ADMINISTRATOR, lambda _: None, lambda: datetime.now(UTC))
        yield Sandbox(cloud, detector)
        detector.close()


def targets_of(failing: set[tuple[str, str, str, str]]) -> dict[str, tuple[Remediation, Target]]:
    """As ingest makes them: one per recipe and resource, with all its open controls."""
    found: dict[str, tuple[Remediation, Target]] = {}
    for account, region, control, raw in sorted(failing):
        recipe = catalogue().fix_for(control)
        if recipe is None:
            continue
        resource = identify(recipe.resource_type, raw, account=account, region=region, control=control)
        target = Target(recipe.id, resource)
        known = found.get(target.target_id, (recipe, target))[1].controls
        found[target.target_id] = (recipe, Target(recipe.id, resource, known | {control}))
    return found


def test_what_was_fixed_passes_and_what_was_undone_fails_again(sandbox: Sandbox) -> None:
    before = sandbox.failing()
    targets = targets_of(before)
    assert len({recipe.id for recipe, _ in targets.values()}) >= FEWEST_RECIPES
    done: list[tuple[Remediation, Target, Plan]] = []
    refused = set()
    for tid, (recipe, target) in targets.items():
        outcome = plan(recipe, target, sandbox.account(target))
        if isinstance(outcome, Changes):
            carry_out(recipe, target, outcome.plan, sandbox)
            done.append((recipe, target, outcome.plan))
            assert isinstance(plan(recipe, target, sandbox.account(target)), Compliant)
        else:
            refused.add(tid)
            assert isinstance(outcome, Refused)
    assert set(targets_of(sandbox.failing())) == refused
    for recipe, target, fixed in reversed(done):
        now = recipe.read(target, sandbox.account(target))
        back = undo(fixed, [change.setting for change in fixed.changes], now)
        assert isinstance(back, Changes)
        carry_out(recipe, target, back.plan, sandbox)
    assert sandbox.failing() == before


def carry_out(recipe: Remediation, target: Target, todo: Plan, sandbox: Sandbox) -> None:
    for change in todo.changes:
        recipe.write(target, change.setting, change.after, sandbox.account(target))
