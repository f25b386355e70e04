"""Wiring of each Lambda function: its `World` is built once per container, at the first event, from its environment.

`RIGHTS` declares the access of each function; its role in template.yaml enforces it, and a test compares the two.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, Final

import boto3

from bot.adapters import ungranted
from bot.adapters.aws.accounts import READER_ATTEMPTS, StsAccounts, client_config
from bot.adapters.aws.appconfig import AppConfigPolicies
from bot.adapters.aws.archive import S3Archive
from bot.adapters.aws.config_service import ConfigService
from bot.adapters.aws.dynamodb_table import DynamoTable
from bot.adapters.aws.errors import AWS_ERRORS, aws_errors_as
from bot.adapters.aws.event_bus import EventBridge
from bot.adapters.aws.secrets import ManagedSecrets
from bot.adapters.aws.security_hub import SecurityHub
from bot.adapters.aws.sqs import SqsQueue
from bot.adapters.clock import ShiftedClock, SystemClock
from bot.adapters.slack.cached import CachedSlack
from bot.adapters.slack.web import SlackWeb
from bot.adapters.ulid import Ulids
from bot.domain.errors import BadInput, Unknown
from bot.domain.ports import Accounts, Archive, Clock, EventBus, Hub, Queue, Queues, Secrets, Slack
from bot.domain.resource import Resource
from bot.runtime.settings import Settings
from bot.runtime.sqs_batch import Postpone, Record, log
from bot.store.keys import stamp
from bot.world import World

BOT_TOKEN: Final = "slack/bot-token"  # noqa: S105 - the secret's name
SIGNING_SECRET: Final = "slack/signing-secret"  # noqa: S105 - the secret's name
DIGEST_KEY: Final = "digest-key"


@dataclass(frozen=True)
class FunctionGrants:
    """Access of one function beside the table and the policy.

    `places_cases`: it needs the deployment's date. One port serves both functions that read Security Hub and those
    that update it, so these are two rights, as they are in IAM.
    """

    sends_to: frozenset[str] = frozenset()
    secrets: frozenset[str] = frozenset()
    reads_accounts: bool = False
    changes_accounts: bool = False
    reads_hub: bool = False
    writes_hub: bool = False
    publishes_events: bool = False
    archives_audit: bool = False
    places_cases: bool = False


_ALL_QUEUES: Final = frozenset(field.name for field in fields(Queues))

GRANTS: Final = {
    "ingest": FunctionGrants(sends_to=frozenset({"plan", "cards"}), places_cases=True),
    "plan": FunctionGrants(
        sends_to=frozenset({"plan", "cards", "answers", "decisions"}),
        secrets=frozenset({DIGEST_KEY}),
        reads_accounts=True,
        reads_hub=True,
        places_cases=True,
    ),
    "cards": FunctionGrants(sends_to=frozenset({"cards"}), secrets=frozenset({BOT_TOKEN})),
    "slack": FunctionGrants(
        sends_to=frozenset({"plan", "answers", "decisions"}), secrets=frozenset({BOT_TOKEN, SIGNING_SECRET})
    ),
    "remediate": FunctionGrants(
        sends_to=_ALL_QUEUES,
        secrets=frozenset({BOT_TOKEN, SIGNING_SECRET, DIGEST_KEY}),
        reads_accounts=True,
        changes_accounts=True,
        writes_hub=True,
    ),
    "schedule": FunctionGrants(
        sends_to=_ALL_QUEUES, secrets=frozenset({BOT_TOKEN}), places_cases=True, archives_audit=True
    ),
    "events": FunctionGrants(publishes_events=True),
}


def shift(function: str, world: World | None) -> tuple[World, Postpone]:
    """Return the world of a function and its `Postpone`; a world given by a test has no queue to postpone in."""
    return (world, _do_not_postpone) if world else (world_for(function), postpone)


@cache
def world_for(function: str) -> World:
    """Return the world of a function, built once per container. Raises BadInput for a missing or invalid setting."""
    return build(function, Settings.from_env(os.environ), _clients())


def build(function: str, settings: Settings, clients: Clients) -> World:
    """Build the world of a function from these settings. Raises BadInput, Unknown."""
    grants = GRANTS[function]
    (table,) = settings.need("table")
    secrets = _secrets(function, grants, settings, clients)
    clock = _clock(settings)
    return World(
        clock=clock,
        ids=Ulids(clock),
        table=DynamoTable(clients.client("dynamodb"), table),
        queues=_queues(function, grants, settings, clients),
        policies=_policies(settings, clients),
        secrets=secrets,
        slack=_slack(function, grants, secrets, settings),
        accounts=_accounts(function, grants, secrets, settings, clients),
        hub=_hub(function, grants, settings, clients),
        bus=_bus(function, grants, settings, clients),
        archive=_archive(function, grants, settings, clients),
        fallback_channel=settings.fallback_channel,
        deployed_at=_deployed_at(clients.client("dynamodb"), table) if grants.places_cases else "",
    )


def config_of(account: str, partition: str, own_account: str) -> ConfigService:
    """Return AWS Config of an account for custom rules; in other accounts than the function's, through the rule role.

    Raises BadInput for a missing setting, Unknown if that role cannot be assumed.
    """
    own = _clients().client("config")
    if account == own_account:
        return ConfigService(own)
    settings = Settings.from_env(os.environ, "rule_role", "external_id")
    accounts = StsAccounts(
        _clients().client("sts"),
        SystemClock(),
        lambda: b"",  # a rule compares no secrets
        reader_role=settings.rule_role,
        remediation_role="",
        external_id=settings.external_id,
    )
    target = Resource(partition, account, own.meta.region_name, "AWS::::Account", account)
    return ConfigService(accounts.reader(target, lambda _call: None).client("config"))


class Clients:
    """Clients with the function's credentials, from one session, each built at its first use."""

    def __init__(self, session: Any) -> None:
        self._session = session
        self._cache: dict[tuple[str, str, str], Any] = {}

    def client(self, service: str, endpoint: str = "", region: str = "") -> Any:
        """Return a client with the bot's timeouts; `endpoint` for emulated accounts, `region` for another Region."""
        key = (service, endpoint, region)
        if key not in self._cache:
            self._cache[key] = self._session.client(
                service,
                region_name=region or None,
                endpoint_url=endpoint or None,
                config=client_config(READER_ATTEMPTS, endpoint),
            )
        return self._cache[key]


class SlackWithStoredToken:
    """`Slack` with the bot token from `Secrets`; a rotated token is used as soon as the secret's cache has it."""

    def __init__(self, secrets: Secrets, base_url: str) -> None:
        self._secrets = secrets
        self._base_url = base_url
        self._cached: tuple[str, Slack] | None = None

    def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Call one method. Raises what SlackWeb raises, and Unknown without a token."""
        return self._current().call(method, **arguments)

    def upload(self, url: str, content: bytes) -> None:
        self._current().upload(url, content)

    def _current(self) -> Slack:
        token = self._secrets.get(BOT_TOKEN)
        if self._cached is None or self._cached[0] != token:
            self._cached = (token, self.client(token))
        return self._cached[1]

    def client(self, token: str) -> Slack:
        return SlackWeb(token, self._base_url or None)


def postpone(record: Record, seconds: int) -> None:
    """Change a message's visibility timeout. If that fails, the queue's own timeout applies."""
    settings = Settings.from_env(os.environ)
    try:
        _clients().client("sqs").change_message_visibility(
            QueueUrl=_url_of(record["eventSourceARN"], settings),
            ReceiptHandle=record["receiptHandle"],
            VisibilityTimeout=seconds,
        )
    except AWS_ERRORS as problem:
        log().warning("message not postponed", extra={"message_id": record["messageId"], "reason": str(problem)})


def _do_not_postpone(_record: Record, _seconds: int) -> None:
    """Do nothing."""


@cache
def _clients() -> Clients:
    return Clients(boto3.Session())


def _url_of(arn: str, settings: Settings) -> str:
    name = arn.rsplit(":", 1)[-1]
    urls = [str(value) for name, value in settings if name.endswith("_queue")]
    found = next((url for url in urls if url.rsplit("/", 1)[-1] == name), "")
    if not found:
        raise BadInput(f"no setting has the URL of the queue {name}: template.yaml sets one for each queue")
    return found


def _clock(settings: Settings) -> Clock:
    return ShiftedClock(settings.clock_url) if settings.clock_url else SystemClock()


def _queues(function: str, grants: FunctionGrants, settings: Settings, clients: Clients) -> Queues:
    def queue(name: str) -> Queue:
        if name not in grants.sends_to:
            return ungranted.UngrantedQueue(function, name)
        return SqsQueue(clients.client("sqs"), *settings.need(f"{name}_queue"))

    return Queues(**{name: queue(name) for name in _ALL_QUEUES})


def _policies(settings: Settings, clients: Clients) -> AppConfigPolicies:
    application, environment, profile = settings.need(
        "appconfig_application", "appconfig_environment", "appconfig_profile"
    )
    return AppConfigPolicies(
        clients.client("appconfigdata"), application=application, environment=environment, profile=profile
    )


def _secrets(function: str, grants: FunctionGrants, settings: Settings, clients: Clients) -> Secrets:
    if not grants.secrets:
        return ungranted.UngrantedSecrets(function)
    (prefix,) = settings.need("secrets_prefix")
    return ManagedSecrets(clients.client("secretsmanager"), prefix)


def _slack(function: str, grants: FunctionGrants, secrets: Secrets, settings: Settings) -> Slack:
    if BOT_TOKEN not in grants.secrets:
        return ungranted.UngrantedSlack(function)
    return CachedSlack(SlackWithStoredToken(secrets, settings.slack_api), _clock(settings))


def _accounts(
    function: str, grants: FunctionGrants, secrets: Secrets, settings: Settings, clients: Clients
) -> Accounts:
    if not grants.reads_accounts:
        return ungranted.UngrantedAccounts(function)
    reader, remediation, external_id = settings.need("reader_role", "remediation_role", "external_id")
    accounts = StsAccounts(
        clients.client("sts", settings.accounts_endpoint),
        _clock(settings),
        lambda: secrets.get(DIGEST_KEY).encode(),
        reader_role=reader,
        remediation_role=remediation,
        external_id=external_id,
        endpoint=settings.accounts_endpoint,
    )
    return accounts if grants.changes_accounts else ungranted.ReadOnlyAccounts(function, accounts)


def _hub(function: str, grants: FunctionGrants, settings: Settings, clients: Clients) -> Hub:
    if not grants.reads_hub and not grants.writes_hub:
        return ungranted.UngrantedHub(function)
    (region,) = settings.need("hub_region")
    hub = SecurityHub(clients.client("securityhub", settings.accounts_endpoint, region))
    return ungranted.RestrictedHub(hub, function, grants.reads_hub, grants.writes_hub)


def _bus(function: str, grants: FunctionGrants, settings: Settings, clients: Clients) -> EventBus:
    if not grants.publishes_events:
        return ungranted.UngrantedBus(function)
    return EventBridge(clients.client("events"), *settings.need("case_bus"))


def _archive(function: str, grants: FunctionGrants, settings: Settings, clients: Clients) -> Archive:
    if not grants.archives_audit:
        return ungranted.UngrantedArchive(function)
    return S3Archive(clients.client("s3"), *settings.need("audit_bucket"))


def _deployed_at(dynamodb: Any, table: str) -> str:
    """Return the table's creation time: stack updates keep the table, so that is the deployment's date."""
    with aws_errors_as(Unknown, f"cannot read the creation time of the table {table}"):
        created = dynamodb.describe_table(TableName=table)["Table"]["CreationDateTime"]
    return stamp(created)
