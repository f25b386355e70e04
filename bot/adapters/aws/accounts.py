"""Member accounts through their read-only or remediation role; every AWS call made there is recorded."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Final

import boto3
from botocore.config import Config

from bot.adapters.aws.errors import AWS_ERRORS, THROTTLES, aws_errors_as, code_of, message_of
from bot.domain.canonical import Secret
from bot.domain.errors import BadInput, Busy, CspmError, Refusal, Unknown
from bot.domain.ports import Account, Call, Clock, Recorder, RoleSession
from bot.domain.resource import Resource

MAX_SESSION_POLICY: Final = 2048
"""Characters (AWS, STS AssumeRole, Policy)."""

READER_ATTEMPTS: Final = 3
REMEDIATOR_ATTEMPTS: Final = 1
"""A write is made once per approval: the run's journal decides about a second attempt, not the SDK."""

_SESSION_SECONDS: Final = 900
_MIN_VALIDITY: Final = timedelta(minutes=5)
_READER_SESSION: Final = "cspm-bot-reader"
_NOT_IN_SESSION_NAME: Final = re.compile(r"[^\w+=,.@-]", re.ASCII)


@dataclass(frozen=True)
class Credentials:
    """Credentials from AssumeRole; `repr` leaves the secret parts out."""

    access_key: str
    secret_key: str = field(repr=False)
    token: str = field(repr=False)
    expires: datetime


class AwsAccount:
    """An `Account` over boto3 clients; `make` builds the client of a service in a Region."""

    def __init__(
        self, resource: Resource, make: Callable[[str, str], Any], record: Recorder, digest_key: Callable[[], bytes]
    ) -> None:
        self.account_id = resource.account
        self._region = resource.call_region
        self._make = make
        self._record = record
        self._digest_key = digest_key
        self._clients: dict[tuple[str, str], Any] = {}
        self._lock = Lock()

    def client(self, service: str, region: str = "") -> Any:
        """Return the boto3 client of a service, by default in the target's Region; its calls are recorded."""
        key = (service, region or self._region)
        with self._lock:
            if key not in self._clients:
                self._clients[key] = _recorded(self._make(*key), self._record)
            return self._clients[key]

    def secret(self, value: str) -> Secret:
        """Return the value's keyed hash. Raises Unknown when the key cannot be read."""
        return Secret.of(value, self._digest_key())


class StsAccounts:
    """`Accounts` through AssumeRole: roles of the same name in every account, with an external id.

    `sts` is a client with the function's credentials; `endpoint` replaces AWS's endpoints in the local stack.
    """

    def __init__(
        self,
        sts: Any,
        clock: Clock,
        digest_key: Callable[[], bytes],
        *,
        reader_role: str,
        remediation_role: str,
        external_id: str,
        endpoint: str = "",
    ) -> None:
        self._sts = sts
        self._clock = clock
        self._digest_key = digest_key
        self._reader_role = reader_role
        self._remediation_role = remediation_role
        self._external_id = external_id
        self._clients = ClientFactory(boto3.Session(), endpoint)
        self._readers: dict[tuple[str, str], Credentials] = {}

    def reader(self, resource: Resource, record: Recorder) -> Account:
        """Return the account through its read-only role. Raises Unknown if it cannot be assumed, Busy if throttled."""
        key = (resource.partition, resource.account)
        known = self._readers.get(key)
        if known is None or known.expires - self._clock.wall() < _MIN_VALIDITY:
            known = self._assume(resource, self._reader_role, RoleSession(_READER_SESSION))
            self._readers[key] = known
        return self._account(resource, known, record, READER_ATTEMPTS)

    def remediator(self, resource: Resource, role_session: RoleSession, record: Recorder) -> Account:
        """Return the account through its remediation role, narrowed by the session. Raises Unknown, Busy, Refusal."""
        credentials = self._assume(resource, self._remediation_role, role_session)
        return self._account(resource, credentials, record, REMEDIATOR_ATTEMPTS)

    def _account(self, resource: Resource, credentials: Credentials, record: Recorder, attempts: int) -> Account:
        def make(service: str, region: str) -> Any:
            return self._clients.make(service, region, attempts, credentials)

        return AwsAccount(resource, make, record, self._digest_key)

    def _assume(self, resource: Resource, role: str, role_session: RoleSession) -> Credentials:
        arn = f"arn:{resource.partition}:iam::{resource.account}:role/{role}"
        try:
            answer = self._sts.assume_role(
                RoleArn=arn, ExternalId=self._external_id, **_assume_role_arguments(role_session)
            )
        except AWS_ERRORS as problem:
            raise _assume_error(arn, code_of(problem), message_of(problem)) from problem
        given = answer["Credentials"]
        return Credentials(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"], given["Expiration"])


class CallerAccount:
    """`Accounts` with the caller's credentials, for the command line: one account, read only."""

    def __init__(self, session: boto3.Session, *, endpoint: str = "") -> None:
        self._clients = ClientFactory(session, endpoint)
        self._key = secrets.token_bytes(32)  # compared within this process only

    def reader(self, resource: Resource, record: Recorder) -> Account:
        """Return the caller's account. Raises BadInput for a resource in another one, Unknown without credentials."""
        own = self.account_id()
        if own != resource.account:
            raise BadInput(
                f"your credentials are for account {own}, the resource is in {resource.account}: "
                "use a profile of that account (AWS_PROFILE)"
            )
        return AwsAccount(resource, self._make, record, lambda: self._key)

    def remediator(self, resource: Resource, role_session: RoleSession, record: Recorder) -> Account:  # noqa: ARG002 - the port's
        """Raise Refusal: the command line is read-only."""
        raise Refusal(f"the command line is read-only, in {resource.account} too")

    def account_id(self) -> str:
        """Return the account of the credentials. Raises Unknown."""
        with aws_errors_as(Unknown, "cannot tell whose credentials these are; set AWS_PROFILE or log in first"):
            return str(self._make("sts", "us-east-1").get_caller_identity()["Account"])

    def _make(self, service: str, region: str) -> Any:
        return self._clients.make(service, region, READER_ATTEMPTS, None)


class ClientFactory:
    """A factory of clients over one session; it holds a lock, since a boto3 session is not thread-safe."""

    def __init__(self, session: boto3.Session, endpoint: str = "") -> None:
        self._session: Any = session
        self._endpoint = endpoint
        self._lock = Lock()

    def make(self, service: str, region: str, attempts: int, credentials: Credentials | None) -> Any:
        """Return a client with the bot's timeouts and at most `attempts` attempts."""
        keys = {} if credentials is None else _keys(credentials)
        with self._lock:
            return self._session.client(
                service,
                region_name=region,
                endpoint_url=self._endpoint or None,
                config=client_config(attempts, self._endpoint),
                **keys,
            )


def client_config(attempts: int, endpoint: str = "") -> Config:
    """Return the timeouts and the attempts (the first included) of a client.

    A local endpoint gets path-style S3 addresses and is its own proxy: S3's account-level calls prefix the host name
    with the account id, and that name would not resolve.
    """
    common = Config(connect_timeout=3, read_timeout=10, retries={"mode": "standard", "total_max_attempts": attempts})
    if not endpoint:
        return common
    return common.merge(Config(s3={"addressing_style": "path"}, proxies={"http": endpoint}))


def _keys(credentials: Credentials) -> dict[str, str]:
    return {
        "aws_access_key_id": credentials.access_key,
        "aws_secret_access_key": credentials.secret_key,
        "aws_session_token": credentials.token,
    }


def _recorded(client: Any, record: Recorder) -> Any:
    def on_response(model: Any, parsed: Mapping[str, Any], **_: Any) -> None:
        record(Call(model.service_model.service_name, model.name, str(parsed.get("Error", {}).get("Code", ""))))

    def on_error(event_name: str, exception: Exception, **_: Any) -> None:
        operation = event_name.rsplit(".", 1)[-1]
        record(Call(client.meta.service_model.service_name, operation, type(exception).__name__))

    client.meta.events.register("after-call", on_response)
    client.meta.events.register("after-call-error", on_error)
    return client


def _assume_role_arguments(role_session: RoleSession) -> dict[str, Any]:
    given: dict[str, Any] = {
        "RoleSessionName": _NOT_IN_SESSION_NAME.sub("-", role_session.session_name)[:64],
        "DurationSeconds": _SESSION_SECONDS,
    }
    if role_session.source_identity:
        given["SourceIdentity"] = _NOT_IN_SESSION_NAME.sub("-", role_session.source_identity)[:64]
    if role_session.session_policy is not None:
        given["Policy"] = _policy_text(role_session.session_policy)
    return given


def _policy_text(policy: Mapping[str, Any]) -> str:
    text = json.dumps(policy, separators=(",", ":"))
    if len(text) > MAX_SESSION_POLICY:
        raise Refusal(f"the session policy of this plan has {len(text)} characters, STS takes {MAX_SESSION_POLICY}")
    return text


def _assume_error(arn: str, code: str, message: str) -> CspmError:
    if code in THROTTLES:
        return Busy(f"STS throttles: {code}", 1.0)
    if code in ("PackedPolicyTooLarge", "MalformedPolicyDocument"):
        return Refusal(f"STS does not take the session policy of this plan: {code}: {message}")
    return Unknown(
        f"cannot assume {arn}: {code}: {message}. Is infra/member.yaml deployed in that account, with this bot's "
        "account and external id? `cspm doctor` says"
    )
