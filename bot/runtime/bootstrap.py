"""The world of each function in the cloud: built once per container, at its first event, from its environment.

What a function may reach is told here and enforced by its role in template.yaml; a test holds the two together.
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
from bot.adapters.aws.archive import BucketArchive
from bot.adapters.aws.config_service import ConfigService
from bot.adapters.aws.dynamodb_table import DynamoTable
from bot.adapters.aws.errors import AWS_PROBLEMS, known_or
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
    """What one function may reach, beside the table and the policy. `places` cases: it needs the deployment's date.

    Who reads Security Hub and who writes to it are different functions; the port is one, and IAM tells them apart.
    """

    sends: frozenset[str] = frozenset()
    secrets: frozenset[str] = frozenset()
    reads_accounts: bool = False
    changes_accounts: bool = False
    reads_hub: bool = False
    writes_hub: bool = False
    announces: bool = False
    archives: bool = False
    places: bool = False


_ALL_QUEUES: Final = frozenset(field.name for field in fields(Queues))

GRANTS: Final = {
    "ingest": FunctionGrants(sends=frozenset({"plan", "cards"}), places=True),
    "plan": FunctionGrants(
        sends=frozenset({"plan", "cards", "answers", "decisions"}),
        secrets=frozenset({DIGEST_KEY}),
        reads_accounts=True,
        reads_hub=True,
        places=True,
    ),
    "cards": FunctionGrants(sends=frozenset({"cards"}), secrets=frozenset({BOT_TOKEN})),
    "slack": FunctionGrants(
        sends=frozenset({"plan", "answers", "decisions"}), secrets=frozenset({BOT_TOKEN, SIGNING_SECRET})
    ),
    "remediate": FunctionGrants(
        sends=_ALL_QUEUES,
        secrets=frozenset({BOT_TOKEN, SIGNING_SECRET, DIGEST_KEY}),
        reads_accounts=True,
        changes_accounts=True,
        writes_hub=True,
    ),
    "schedule": FunctionGrants(sends=_ALL_QUEUES, secrets=frozenset({BOT_TOKEN}), places=True, archives=True),
    "events": FunctionGrants(announces=True),
}


def shift(function: str, world: World | None) -> tuple[World, Postpone]:
    """The world to work in, and how to postpone a message: a given world (a test's) has no queue to postpone in."""
    return (world, _leave) if world else (world_for(function), postpone)


@cache
def world_for(function: str) -> World:
    """The world of a function, once per container. Raises BadInput for a setting that is missing or wrong."""
    return build(function, Settings.from_env(os.environ), _clients())


def build(function: str, settings: Settings, clients: Clients) -> World:
    """The world of a function with these settings. Raises BadInput, Unknown."""
    rights = GRANTS[function]
    (table,) = settings.need("table")
    secrets = _secrets(function, rights, settings, clients)
    clock = _clock(settings)
    return World(
        clock=clock,
        ids=Ulids(clock),
        table=DynamoTable(clients.own("dynamodb"), table),
        queues=_queues(function, rights, settings, clients),
        policies=_policies(settings, clients),
        secrets=secrets,
        slack=_slack(function, rights, secrets, settings),
        accounts=_accounts(function, rights, secrets, settings, clients),
        hub=_hub(function, rights, settings, clients),
        bus=_bus(function, rights, settings, clients),
        archive=_archive(function, rights, settings, clients),
        fallback_channel=settings.fallback_channel,
        deployed_at=_deployed_at(clients.own("dynamodb"), table) if rights.places else "",
    )


def config_of(account: str, partition: str, own_account: str) -> ConfigService:
    """AWS Config of an account, for custom rules: the own one directly, another through its role for rules.

    Raises BadInput for a missing setting, Unknown where that role cannot be assumed.
    """
    own = _clients().own("config")
    if account == own_account:
        return ConfigService(own)
    settings = Settings.from_env(os.environ, "rule_role", "external_id")
    accounts = StsAccounts(
        _clients().own("sts"),
        SystemClock(),
        lambda: b"",  # a rule compares no secrets
        reader_role=settings.rule_role,
        remediation_role="",
        external_id=settings.external_id,
    )
    whole = Resource(partition, account, own.meta.region_name, "AWS::::Account", account)
    return ConfigService(accounts.reader(whole, lambda _call: None).client("config"))


class Clients:
    """Clients of the bot's own AWS, from one session, each built when it is first needed."""

    def __init__(self, session: Any) -> None:
        self._session = session
        self._known: dict[tuple[str, str, str], Any] = {}

    def own(self, service: str, endpoint: str = "", region: str = "") -> Any:
        """A client with the bot's time limits; `endpoint` for emulated accounts, `region` when it is not the own."""
        key = (service, endpoint, region)
        if key not in self._known:
            self._known[key] = self._session.client(
                service,
                region_name=region or None,
                endpoint_url=endpoint or None,
                config=client_config(READER_ATTEMPTS, endpoint),
            )
        return self._known[key]


class TokenedSlack:
    """`Slack` with the bot's token as it is now: read at the first call, and again when it was replaced."""

    def __init__(self, secrets: Secrets, base_url: str) -> None:
        self._secrets = secrets
        self._base_url = base_url
        self._known: tuple[str, Slack] | None = None

    def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Call one method. Raises what SlackWeb raises, and Unknown without a token."""
        return self._current().call(method, **arguments)

    def upload(self, url: str, content: bytes) -> None:
        """Send a file's bytes. Raises Unknown."""
        self._current().upload(url, content)

    def _current(self) -> Slack:
        token = self._secrets.get(BOT_TOKEN)
        if self._known is None or self._known[0] != token:
            self._known = (token, self.client(token))
        return self._known[1]

    def client(self, token: str) -> Slack:
        """A client for one token."""
        return SlackWeb(token, self._base_url or None)


def postpone(record: Record, seconds: int) -> None:
    """Let a message be invisible for so long. When that fails, the queue's own timeout brings it back."""
    settings = Settings.from_env(os.environ)
    try:
        _clients().own("sqs").change_message_visibility(
            QueueUrl=_url_of(record["eventSourceARN"], settings),
            ReceiptHandle=record["receiptHandle"],
            VisibilityTimeout=seconds,
        )
    except AWS_PROBLEMS as problem:
        log().warning(
            "a message could not be postponed", extra={"message_id": record["messageId"], "why": str(problem)}
        )


def _leave(_record: Record, _seconds: int) -> None:
    """Leave it to the caller."""


@cache
def _clients() -> Clients:
    return Clients(boto3.Session())


def _url_of(arn: str, settings: Settings) -> str:
    name = arn.rsplit(":", 1)[-1]
    urls = [str(value) for name, value in settings if name.endswith("_queue")]
    found = next((url for url in urls if url.rsplit("/", 1)[-1] == name), "")
    if not found:
        raise BadInput(f"no setting has the url of the queue {name}: template.yaml sets one for each queue")
    return found


def _clock(settings: Settings) -> Clock:
    return ShiftedClock(settings.clock_url) if settings.clock_url else SystemClock()


def _queues(function: str, rights: FunctionGrants, settings: Settings, clients: Clients) -> Queues:
    def queue(name: str) -> Queue:
        if name not in rights.sends:
            return ungranted.ForbiddenQueue(function, name)
        return SqsQueue(clients.own("sqs"), *settings.need(f"{name}_queue"))

    return Queues(**{name: queue(name) for name in _ALL_QUEUES})


def _policies(settings: Settings, clients: Clients) -> AppConfigPolicies:
    application, environment, profile = settings.need(
        "appconfig_application", "appconfig_environment", "appconfig_profile"
    )
    return AppConfigPolicies(
        clients.own("appconfigdata"), application=application, environment=environment, profile=profile
    )


def _secrets(function: str, rights: FunctionGrants, settings: Settings, clients: Clients) -> Secrets:
    if not rights.secrets:
        return ungranted.ForbiddenSecrets(function)
    (prefix,) = settings.need("secrets_prefix")
    return ManagedSecrets(clients.own("secretsmanager"), prefix)


def _slack(function: str, rights: FunctionGrants, secrets: Secrets, settings: Settings) -> Slack:
    if BOT_TOKEN not in rights.secrets:
        return ungranted.ForbiddenSlack(function)
    return CachedSlack(TokenedSlack(secrets, settings.slack_api), _clock(settings))


def _accounts(
    function: str, rights: FunctionGrants, secrets: Secrets, settings: Settings, clients: Clients
) -> Accounts:
    if not rights.reads_accounts:
        return ungranted.ForbiddenAccounts(function)
    reader, remediation, external_id = settings.need("reader_role", "remediation_role", "external_id")
    accounts = StsAccounts(
        clients.own("sts", settings.accounts_endpoint),
        _clock(settings),
        lambda: secrets.get(DIGEST_KEY).encode(),
        reader_role=reader,
        remediation_role=remediation,
        external_id=external_id,
        endpoint=settings.accounts_endpoint,
    )
    return accounts if rights.changes_accounts else ungranted.ReadingAccounts(function, accounts)


def _hub(function: str, rights: FunctionGrants, settings: Settings, clients: Clients) -> Hub:
    if not rights.reads_hub and not rights.writes_hub:
        return ungranted.ForbiddenHub(function)
    (region,) = settings.need("hub_region")
    hub = SecurityHub(clients.own("securityhub", settings.accounts_endpoint, region))
    return ungranted.OneWayHub(hub, function, rights.reads_hub, rights.writes_hub)


def _bus(function: str, rights: FunctionGrants, settings: Settings, clients: Clients) -> EventBus:
    if not rights.announces:
        return ungranted.ForbiddenBus(function)
    return EventBridge(clients.own("events"), *settings.need("case_bus"))


def _archive(function: str, rights: FunctionGrants, settings: Settings, clients: Clients) -> Archive:
    if not rights.archives:
        return ungranted.ForbiddenArchive(function)
    return BucketArchive(clients.own("s3"), *settings.need("audit_bucket"))


def _deployed_at(dynamodb: Any, table: str) -> str:
    """When the table was made: the table outlives the stack's updates, so that is the deployment's date."""
    with known_or(Unknown, f"cannot tell since when the table {table} exists"):
        made = dynamodb.describe_table(TableName=table)["Table"]["CreationDateTime"]
    return stamp(made)
