"""The customers' accounts on one machine: one server that speaks the AWS APIs, on 127.0.0.1 only."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from functools import cache
from typing import Any, Self

import boto3
from botocore import xform_name
from botocore.config import Config

from infra.local.calls import CallLog
from infra.local.cloud_server import CloudServer
from infra.local.moto_extensions import accounts, install, reset, uninstall
from infra.local.refusals import Refusals

UNRECORDED = "cspm-inspector"
"""A client that carries this in its user agent looks on; its calls are nobody's and are not recorded."""


class CustomerCloud:
    """All customer accounts behind one endpoint.

    A caller is in the account of the role that it assumed (`arn:aws:iam::<account>:role/…`); an access key id of twelve
    digits is that account; any other key is in `home_account`. The accounts exist once in a process: a second
    CustomerCloud that starts while the first one runs is refused.
    """

    _running = threading.Lock()

    def __init__(self, home_account: str = "999900001111") -> None:
        self.home_account = home_account
        self._server: CloudServer | None = None
        self._clients: dict[tuple[str, str, str, bool], Any] = {}
        self._clients_lock = threading.Lock()

    def start(self, port: int = 0) -> str:
        """Start with empty accounts and return the endpoint; port 0 takes a free one.

        Raises RuntimeError when another CustomerCloud of this process runs.
        """
        if not self._running.acquire(blocking=False):
            raise RuntimeError("the accounts of this process are in use by another CustomerCloud")
        install()
        reset()
        accounts.set_home_account(self.home_account)
        self._server = CloudServer(port, unrecorded=UNRECORDED)
        self._server.start()
        return self.endpoint

    def stop(self) -> None:
        """Stop the server; the accounts are forgotten at the next start. Harmless when it does not run."""
        if self._server is None:
            return
        self._server.stop()
        self._server = None
        self._clients.clear()
        uninstall()
        self._running.release()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def endpoint(self) -> str:
        """The address to give to boto3 as endpoint_url."""
        return self._started.endpoint

    @property
    def calls(self) -> CallLog:
        """Every call that was made, by account; the sandbox's own looking on is not in it."""
        return self._started.calls

    @property
    def refusals(self) -> Refusals:
        """Calls to refuse on demand: `with cloud.refusals.during("s3:Put*", code="AccessDenied"): …`."""
        return self._started.refusals

    @property
    def _started(self) -> CloudServer:
        if self._server is None:
            raise RuntimeError("the customer cloud is not running")
        return self._server

    def client(self, service: str, account: str, region: str = "eu-west-1", *, recorded: bool = True) -> Any:
        """A boto3 client inside an account, as an administrator of it. Clients are kept and thread-safe."""
        key = (service, account, region, recorded)
        with self._clients_lock:
            if key not in self._clients:
                self._clients[key] = self._new_client(*key)
            return self._clients[key]

    def _new_client(self, service: str, account: str, region: str, recorded: bool) -> Any:  # noqa: FBT001 - the key's own order
        return _session().client(
            service,
            region_name=region,
            endpoint_url=self.endpoint,
            aws_access_key_id=account,
            aws_secret_access_key="local",  # noqa: S106 - nothing checks signatures here
            config=client_config(self.endpoint, UNRECORDED if not recorded else "sandbox"),
        )


@cache
def _session() -> Any:
    """One session for all: it keeps the service models, which cost most of a client."""
    return boto3.Session()


def client_config(endpoint: str, user_agent_extra: str = "sandbox") -> Config:
    """What a boto3 client needs to reach the local accounts.

    S3's account-level operations put the account before the host (`111122223333.127.0.0.1`), a name that does not
    resolve; with the endpoint as its own proxy the name is never looked up.
    """
    return Config(
        user_agent_extra=user_agent_extra,
        proxies={"http": endpoint},
        s3={"addressing_style": "path"},
        retries={"max_attempts": 1},
        max_pool_connections=20,
    )


def sandbox_call(
    cloud: CustomerCloud, account: str, region: str, service: str, operation: str, params: Mapping[str, Any]
) -> dict[str, Any]:
    """Call any operation (`PutBucketAcl` or `put_bucket_acl`) in an account, as somebody behind the bot's back would.

    Returns the answer as JSON values, without ResponseMetadata. Raises botocore's ClientError as boto3 does, and
    AttributeError for what is no operation of the service, even where boto3's client has something of that name.
    """
    client = cloud.client(service, account, region)
    name = xform_name(operation) if operation[:1].isupper() else operation
    if name not in client.meta.method_to_api_mapping:
        raise AttributeError(f"{service} has no operation {operation!r}")
    response = {key: value for key, value in getattr(client, name)(**params).items() if key != "ResponseMetadata"}
    result: dict[str, Any] = json.loads(json.dumps(response, default=_as_json))
    return result


def _as_json(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if hasattr(value, "read"):
        return value.read().decode("utf-8", "replace")
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    raise TypeError(f"no JSON form for {type(value).__name__}")
