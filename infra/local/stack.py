"""The product on one machine: the bot's stack, the customers' accounts and the workspace, connected."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import boto3
import yaml

from infra.local import lambda_runtime, sandbox
from infra.local.artefact import sources
from infra.local.bus import Bus
from infra.local.cloud import CustomerCloud
from infra.local.consumer import Consumer
from infra.local.deploy import STACK, deploy
from infra.local.detector import Detector
from infra.local.ministack import ACCOUNT, Ministack
from infra.local.queue_depths import QueueDepths
from infra.local.scanner import Scanner
from infra.local.socket_mode import SLACK, RealSlack, Socket
from infra.local.stack_hooks import StackHooks
from infra.local.translate import ROOT
from infra.local.workspace.bot_client import BotClient
from infra.local.workspace.config import Channel, Person, WorkspaceConfig
from infra.local.workspace.server import WorkspaceServer

POLICY: Final = ROOT / "infra" / "policies" / "local.yaml"
_NO_CREDENTIALS: Final = {
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    "AWS_EC2_METADATA_DISABLED": "true",
}
"""Keeps real credentials, and network requests for them, out."""

_WARM_UP_ATTEMPTS: Final = 5
"""Attempts, of three seconds each, within which the Slack function must have answered."""

_NOBODY: Final = (Person("U0YOU", "you", "You"),)
_PLACEHOLDER_CHANNEL: Final = (
    Channel("C0CLOUD", "in-slack", topic="Cards and decisions are in Slack; beside is the cloud."),
)
"""Channel of the page while the conversation is in real Slack."""

Say = Callable[[str], None]


class CannotStart(Exception):
    """Something on this machine prevents the start; the message tells what to do."""


class LocalStack:
    """The whole local stack. A failed start stops what it has started.

    With `slack` the bot uses real Slack, and the workspace's page shows only the cloud. With `artefact` (a zip of
    `make build` for this interpreter and processor) the functions get only that and AWS's runtime.
    """

    def __init__(
        self,
        directory: Path,
        port: int = 0,
        policy: Path = POLICY,
        say: Say = lambda _line: None,
        slack: RealSlack | None = None,
        artefact: Path | None = None,
    ) -> None:
        self._directory = directory
        self._port = port
        self._policy = policy
        self._slack = slack
        self._artefact = artefact
        self._say = say
        self._running = ExitStack()
        self._signing_secret = secrets.token_hex(16)
        self.cloud = CustomerCloud(home_account=ACCOUNT)
        self.aws = Ministack(directory, environment={**_NO_CREDENTIALS, "AUTH": "true"})  # the roles are enforced
        self.workspace: WorkspaceServer | None = None
        self.outputs: dict[str, str] = {}

    def start(self) -> WorkspaceServer:
        """Start everything.

        Raises CannotStart, MinistackFailed, DeploymentFailed, SlackRefused; then nothing is left running.
        """
        try:
            return self._start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop what runs, in reverse order. Idempotent."""
        self._running.close()

    def _start(self) -> WorkspaceServer:
        port = usable_port(self._port)
        if self._slack:
            self._say(f"Slack: {self._slack.whoami()} …")
        self._say("the customers' accounts …")
        self._running.callback(self.cloud.stop)
        self.cloud.start()
        sandbox.seed(self.cloud, self.now())
        self._say("the bot's own AWS …")
        self._running.callback(self.aws.stop)
        self.aws.start()
        self._say("the bot's stack …")
        self.outputs = deploy(self.aws, self._environment(port), self._code())
        self._put_secrets()
        self._put_policy()
        self._say("the workspace …")
        bus = Bus(self.aws.client("events"), ACCOUNT, self.outputs["ForwardedBusArn"])
        watch = Scanner(self._detector(bus), self.cloud.calls)
        self._running.callback(watch.stop)
        self.workspace = WorkspaceServer(self._workspace_config(port), self._hooks(bus, watch))
        self._running.callback(self.workspace.stop)
        self.workspace.start()
        self._warm_up(self.workspace)
        if self._slack:
            self._listen(self._slack, self.workspace.config)
        self._say(f"the detector … {watch.start()} findings")
        return self.workspace

    def _detector(self, bus: Bus) -> Detector:
        return Detector(self.cloud, ACCOUNT, bus.put, self.now, age=lambda resource: sandbox.age(resource.name))

    def _listen(self, slack: RealSlack, config: WorkspaceConfig) -> None:
        connection = Socket(slack, BotClient(config))
        self._running.callback(connection.stop)
        connection.start()

    def _warm_up(self, workspace: WorkspaceServer) -> None:
        """Wait until the Slack function has started. Raises CannotStart if it does not answer.

        Its first answer may take longer than Slack waits; a press would then fail although the bot receives it.
        """
        if not any(workspace.verify() for _ in range(_WARM_UP_ATTEMPTS)):
            raise CannotStart(f"the bot does not answer; what its functions said is in {self.aws.log}")

    def now(self) -> datetime:
        """The workspace's time; real time before it has started."""
        return self.workspace.slack.clock.now() if self.workspace else datetime.now(UTC)

    def _environment(self, port: int) -> dict[str, str]:
        api = self._slack.api if self._slack else f"http://127.0.0.1:{port}/api/"
        policy = yaml.safe_load(self._policy.read_bytes())
        return {
            **_NO_CREDENTIALS,
            **({} if api == SLACK else {"CSPM_SLACK_API": api}),
            "CSPM_ACCOUNTS_ENDPOINT": self.cloud.endpoint,
            "CSPM_CLOCK_URL": f"http://127.0.0.1:{port}/workspace/clock",
            "CSPM_FALLBACK_CHANNEL": str(policy["fallback_channel"]),
            **({"PYTHONPATH": str(lambda_runtime.make(self._directory / "runtime"))} if self._artefact else {}),
        }

    def _code(self) -> bytes:
        return self._artefact.read_bytes() if self._artefact else sources()

    def _put_secrets(self) -> None:
        manager = self.aws.client("secretsmanager")
        token = self._slack.bot_token if self._slack else "xoxb-local"
        manager.put_secret_value(SecretId="cspm/slack/signing-secret", SecretString=self._signing_secret)
        manager.put_secret_value(SecretId="cspm/slack/bot-token", SecretString=token)

    def _put_policy(self) -> None:
        """Deploy the policy as an administrator would: a hosted version, deployed at once."""
        appconfig = self.aws.client("appconfig")
        application, profile = self.outputs["PolicyApplicationId"], self.outputs["PolicyProfileId"]
        version = appconfig.create_hosted_configuration_version(
            ApplicationId=application,
            ConfigurationProfileId=profile,
            Content=self._policy.read_bytes(),
            ContentType="application/x-yaml",
            VersionLabel="local",
        )
        appconfig.start_deployment(
            ApplicationId=application,
            EnvironmentId=self.outputs["PolicyEnvironmentId"],
            ConfigurationProfileId=profile,
            ConfigurationVersion=str(version["VersionNumber"]),
            DeploymentStrategyId="AppConfig.AllAtOnce",
        )

    def _workspace_config(self, port: int) -> WorkspaceConfig:
        config = WorkspaceConfig(
            request_url=f"{self.aws.endpoint}/slack/events",
            headers={"Host": f"{self.outputs['ApiId']}.execute-api.localhost:{self.aws.port}"},
            signing_secret=self._signing_secret,
            port=port,
        )
        return (
            replace(config, people=_NOBODY, channels=_PLACEHOLDER_CHANNEL, groups=(), commands=())
            if self._slack
            else config
        )

    def _hooks(self, bus: Bus, watch: Scanner) -> StackHooks:
        return StackHooks(
            cloud_accounts=self.cloud,
            bus=bus,
            consumer=Consumer(self.aws.client("events"), self.aws.client("sqs"), self.outputs["CaseBusName"]),
            traffic=QueueDepths(self.aws.client("sqs"), self._physical_ids()),
            watch=watch,
            functions=self.aws.client("lambda"),
            schedule_function=self.outputs["ScheduleFunctionName"],
            table=self._table(),
            now=self.now,
        )

    def _physical_ids(self) -> dict[str, str]:
        resources = self.aws.client("cloudformation").describe_stack_resources(StackName=STACK)["StackResources"]
        return {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in resources}

    def _table(self) -> Any:
        dynamodb = boto3.resource(
            "dynamodb",
            region_name=self.aws.region,
            endpoint_url=self.aws.endpoint,
            aws_access_key_id=self.aws.account,
            aws_secret_access_key="local",  # noqa: S106 - any will do
        )
        return dynamodb.Table(self.outputs["TableName"])


def usable_port(port: int) -> int:
    """Return the port, or a free one for 0. Raises CannotStart if it is in use or out of range."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OverflowError as problem:
            raise CannotStart(f"there is no port {port}: take one up to 65535, as in make run PORT=8421") from problem
        except OSError as problem:
            raise CannotStart(
                f"port {port} is in use: is `make run` running already? Stop it, or take another: make run PORT=8421"
            ) from problem
        return int(probe.getsockname()[1])
