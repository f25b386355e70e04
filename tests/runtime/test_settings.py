"""Settings from environment variables."""

from __future__ import annotations

import pytest

from bot.domain.errors import BadInput
from bot.runtime.settings import Settings, variable


def test_a_setting_is_a_variable_with_the_bots_prefix() -> None:
    settings = Settings.from_env({"CSPM_TABLE": "bot", "CSPM_PLAN_QUEUE": "https://sqs/plan", "PATH": "/bin"}, "table")
    assert settings.table == "bot"
    assert settings.plan_queue == "https://sqs/plan"
    assert settings.runs_queue == ""


def test_every_missing_variable_is_named_with_its_origin() -> None:
    with pytest.raises(BadInput) as problem:
        Settings.from_env({"CSPM_TABLE": "bot"}, "table", "runs_queue", "external_id")
    queue, external_id = str(problem.value).splitlines()
    assert queue.startswith("CSPM_RUNS_QUEUE is not set: URL of the FIFO queue for runs; template.yaml")
    assert external_id.startswith("CSPM_EXTERNAL_ID is not set: ")
    assert external_id.endswith("parameter ExternalId of template.yaml")


def test_what_is_needed_comes_back_in_order() -> None:
    settings = Settings.from_env({"CSPM_TABLE": "bot", "CSPM_EXTERNAL_ID": "x"})
    assert settings.need("external_id", "table") == ("x", "bot")


@pytest.mark.parametrize("name", ["accounts_endpoint", "slack_api", "clock_url"])
def test_what_belongs_to_the_local_stack_stays_on_this_machine(name: str) -> None:
    assert getattr(Settings.from_env({variable(name): "http://127.0.0.1:8420/api/"}), name)
    with pytest.raises(BadInput, match=f"{variable(name)}: .*this machine only"):
        Settings.from_env({variable(name): "https://example.com/"})


def test_every_setting_has_a_description() -> None:
    assert all(field.description for field in Settings.model_fields.values())
