"""Settings of a function from its environment variables. Nothing is read at import."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from bot.domain.errors import BadInput

PREFIX: Final = "CSPM_"
_LOCAL_PREFIXES: Final = ("http://127.0.0.1:", "http://localhost:")
_STACK: Final = "template.yaml sets it on each function that needs it"
_LOCAL: Final = "only the local stack (`make run`) sets it"


def _from_stack(what: str) -> str:
    return Field(default="", description=f"{what}; {_STACK}")


def _from_parameter(what: str, parameter: str) -> str:
    return Field(default="", description=f"{what}; parameter {parameter} of template.yaml")


def _local(what: str) -> str:
    return Field(default="", description=f"{what}; {_LOCAL}")


class Settings(BaseModel):
    """Values of `CSPM_TABLE` and so on. A function has the settings that it needs; the others are empty."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    table: str = _from_stack("name of the DynamoDB table")
    ingest_queue: str = _from_stack("URL of the queue of events that the ingest function reads")
    plan_queue: str = _from_stack("URL of the queue that the plan function reads")
    cards_queue: str = _from_stack("URL of the FIFO queue that the cards function reads")
    answers_queue: str = _from_stack("URL of the queue for modals, ephemeral answers and Home")
    decisions_queue: str = _from_stack("URL of the queue for decisions")
    runs_queue: str = _from_stack("URL of the FIFO queue for runs")
    proofs_queue: str = _from_stack("URL of the queue for proofs")
    case_bus: str = _from_stack("name of the event bus on which the bot publishes its cases")
    audit_bucket: str = _from_stack("name of the bucket in which the audit record is archived")
    secrets_prefix: str = _from_stack("prefix of the secrets' names")
    appconfig_application: str = _from_stack("AppConfig application of the policy")
    appconfig_environment: str = _from_stack("AppConfig environment of the policy")
    appconfig_profile: str = _from_stack("AppConfig configuration profile of the policy")
    reader_role: str = _from_parameter("name of the read-only role in each account", "ReaderRoleName")
    remediation_role: str = _from_parameter("name of the remediation role in each account", "RemediationRoleName")
    rule_role: str = _from_parameter("name of the custom Config rules' role in each account", "RuleRoleName")
    external_id: str = _from_parameter("external id that those roles require", "ExternalId")
    fallback_channel: str = _from_parameter("id of the channel for cases without a route", "FallbackChannel")
    hub_region: str = _from_stack("Security Hub's aggregation Region")
    accounts_endpoint: str = _local("address of the emulated accounts")
    slack_api: str = _local("address of the workspace's Web API")
    clock_url: str = _local("address of the workspace's clock")

    @classmethod
    def from_env(cls, environment: Mapping[str, str], *needed: str) -> Settings:
        """Return the settings of an environment. Raises BadInput for invalid values and for missing `needed` ones."""
        given = {name: environment.get(variable(name), "") for name in cls.model_fields}
        try:
            settings = cls.model_validate(given)
        except ValidationError as problem:
            raise BadInput("\n".join(_sentence(error["loc"], error["msg"]) for error in problem.errors())) from problem
        settings.need(*needed)
        return settings

    def need(self, *names: str) -> tuple[str, ...]:
        """Return these settings' values. Raises BadInput that names each missing variable and where it is set."""
        if missing := [name for name in names if not getattr(self, name)]:
            raise BadInput("\n".join(_missing(name) for name in missing))
        return tuple(getattr(self, name) for name in names)

    @field_validator("accounts_endpoint", "slack_api", "clock_url")
    @classmethod
    def _is_local(cls, value: str) -> str:
        """Reject any other address: a deployed function would send its tokens and credentials there."""
        if value and not value.startswith(_LOCAL_PREFIXES):
            raise ValueError("only the local stack sets it, to http://127.0.0.1:…")
        return value


def variable(name: str) -> str:
    return PREFIX + name.upper()


def _missing(name: str) -> str:
    return f"{variable(name)} is not set: {Settings.model_fields[name].description}"


def _sentence(place: tuple[int | str, ...], message: str) -> str:
    return f"{variable(str(place[0]))}: {message}"
