"""Policies are eventually consistent: an old one that is answered still must not take back what was just written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.domain.canonical import same
from bot.domain.errors import Busy
from bot.domain.plan import Compliant
from bot.domain.remediation import plan
from tests.aws import MotoAccount
from tests.remediations.cases.kms.key_policy import APublicKey
from tests.remediations.cases.s3.cross_account import ABucketThatEverybodyMayChange
from tests.remediations.cases.sns.access_policy import APublicTopic
from tests.remediations.cases.sqs.access_policy import APublicQueue
from tests.remediations.contract import Case, apply, planned, resume

_READS = {"get_bucket_policy", "get_key_policy", "get_queue_attributes", "get_topic_attributes"}


@dataclass
class Late(MotoAccount):
    """An account that goes on answering the policy that it answered first."""

    first: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str, region: str = "") -> Any:
        return _Client(self, super().client(service, region))


@dataclass
class _Client:
    late: Late
    real: Any

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.real, name)
        if name not in _READS:
            return found
        return lambda **asked: self.late.first.setdefault(name, None) or self._first(name, found(**asked))

    def _first(self, name: str, answer: Any) -> Any:
        self.late.first[name] = answer
        return answer


@pytest.mark.parametrize("case", [ABucketThatEverybodyMayChange, APublicKey, APublicQueue, APublicTopic])
def test_the_next_statement_waits_until_the_last_one_is_seen(case: type[Case], aws: MotoAccount) -> None:
    target, recipe = case().make(), case.remediation()
    todo = planned(recipe, target, aws)
    with pytest.raises(Busy):
        apply(recipe, target, todo, Late())
    now = recipe.read(target, aws)
    assert same(now[todo.changes[0].setting], todo.changes[0].after)
    resume(recipe, target, todo, aws)
    assert isinstance(plan(recipe, target, aws), Compliant)
