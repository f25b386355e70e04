"""`cspm doctor` asks the plan function whether it can enter an account."""

from __future__ import annotations

import pytest

from bot.domain.errors import Unknown
from bot.messages import CheckAccountAccess
from tests.flows.stage import Stage, deliver


def test_an_account_that_lets_the_bot_in_is_entered_and_nothing_is_done_there(stage: Stage) -> None:
    deliver(CheckAccountAccess(account_id="111122223333"), stage.world)
    assert stage.calls == []


def test_an_account_that_does_not_is_a_failure(stage: Stage) -> None:
    stage.accounts.failures["111122223333"] = Unknown("cannot assume its reader role")
    with pytest.raises(Unknown):
        deliver(CheckAccountAccess(account_id="111122223333"), stage.world)
