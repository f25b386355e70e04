"""The customers' accounts: one server that speaks the AWS APIs, on 127.0.0.1 only."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from functools import cache
from typing import Any, Self

import boto3
from botocore import xform_name
from botocore.config import Config

from infra.local.call_log import CallLog
from infra.local.cloud_server import CloudServer
from infra.local.moto_extensions import accounts, install, reset, uninstall
from infra.local.refusals import Refusals

UNRECORDED = "cspm-inspector"
"""Calls with this in the user agent are not recorded."""


class CustomerCloud:
    """All customer accounts behind one endpoint.

    A caller belongs to the account of the role that it assumed (`arn:aws:iam::<account>:role/…`); an access key id of
    twelve digits is that account; any other key belongs to `home_account`. State is per process, so a second
    CustomerCloud cannot start while one runs.
    """

    _running = threading.Lock()

    def __init__(self, home_account: str = "999900001111") -> None:
        self.home_account = home_account
        self._server: CloudServer | None = None
        self._clients: dict[tuple[str, str, str, bool], Any] = {}
        self._clients_lock = threading.Lock()

    def start(self, port: int = 0) -> str:
        """Start with empty accounts and return the endpoint; port 0 picks a free one.

        Raises RuntimeError if another CustomerCloud of this process runs.
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
        """Stop the server; the next start begins with empty accounts. Idempotent."""
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
        """The `endpoint_url` for boto3."""
        return self._started.endpoint

    @property
    def calls(self) -> CallLog:
        """The log of recorded calls, of all accounts."""
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
        """Return a boto3 client with administrator rights in an account. Clients are cached and thread-safe."""
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
    """One shared session: it caches the service models, which take most of a client's creation time."""
    return boto3.Session()


def client_config(endpoint: str, user_agent_extra: str = "sandbox") -> Config:
    """Return the boto3 configuration for the local accounts.

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
    """Call any operation (`PutBucketAcl` or `put_bucket_acl`) in an account, outside the bot.

    Returns the response as JSON values, without ResponseMetadata. Raises botocore's ClientError as boto3 does, and
    AttributeError for a name that is no operation of the service, even if boto3's client has such an attribute.
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
