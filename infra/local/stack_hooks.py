"""The workspace's hooks into the local stack."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from boto3.dynamodb.conditions import Key
from botocore.exceptions import BotoCoreError, ClientError

from infra.local.bus import Bus
from infra.local.cloud import CustomerCloud, sandbox_call
from infra.local.console_actions import actions_of
from infra.local.consumer import Consumer
from infra.local.guide import GUIDE
from infra.local.inventory import describe
from infra.local.queue_depths import QueueDepths
from infra.local.sandbox import ACCOUNTS
from infra.local.scanner import Scanner
from infra.local.workspace.clock import duration as timedelta_of
from infra.local.workspace.config import JSON

_AUDIT_LINES: Final = 60
_AUDIT_DAYS: Final = 8
_JOBS: Final = ("sweep", "digest", "snapshot", "export")
_REOBSERVE_AFTER: Final = timedelta(hours=12)
"""Security Hub checks most controls again within 12 to 24 hours."""


class Now(Protocol):
    """A clock with the workspace's time, UTC."""

    def __call__(self) -> datetime: ...


@dataclass(frozen=True)
class StackHooks:
    """The local stack as the workspace's hooks (`infra.local.workspace.config.Hooks`)."""

    cloud_accounts: CustomerCloud
    bus: Bus
    consumer: Consumer
    traffic: QueueDepths
    watch: Scanner
    functions: Any
    schedule_function: str
    table: Any
    now: Now

    def quiet(self) -> bool:
        """Return whether no queue holds work and the detector is up to date."""
        return self.watch.idle and self.traffic.quiet()

    def cloud(self) -> JSON:
        return {
            "guide": GUIDE,
            "resources": [_with_actions(resource) for resource in describe(self.cloud_accounts)],
            "events": self._events(),
            "queues": [asdict(depth) for depth in self.traffic.depths()],
            "audit": self._audit(),
        }

    def sandbox_call(self, account: str, region: str, service: str, operation: str, params: JSON) -> JSON:
        """Call an AWS operation in a customer's account, outside the bot. Raises ValueError for an invalid one."""
        if account not in ACCOUNTS:
            raise ValueError(f"the sandbox has no account {account!r}; there are {', '.join(ACCOUNTS)}")
        try:
            return sandbox_call(self.cloud_accounts, account, region, service, operation, params)
        except (ClientError, BotoCoreError) as problem:
            raise ValueError(str(problem)) from problem
        except AttributeError as problem:
            raise ValueError(str(problem)) from problem

    def sandbox_event(self, event: JSON) -> None:
        """Send one event to the bot's bus. Raises ValueError for an event that it cannot carry."""
        self.bus.put(event)

    def advance_clock(self, duration: str) -> str:
        """Run the hourly jobs now; from half a day on, also observe every finding again."""
        seen_again = self.watch.look(reemit=True) if timedelta_of(duration) >= _REOBSERVE_AFTER else 0
        for job in _JOBS:
            self._run(job)
        return f"the sweep has run; {seen_again} findings were observed again"

    def _run(self, job: str) -> None:
        answer = self.functions.invoke(FunctionName=self.schedule_function, Payload=json.dumps({"job": job}))
        if answer.get("FunctionError"):
            raise ValueError(f"the {job} failed: {answer['Payload'].read().decode('utf-8', 'replace')[:500]}")

    def _events(self) -> list[dict[str, str]]:
        """Return the events to and from the bot, newest first."""
        return sorted([*self.bus.last(), *self.consumer.last()], key=lambda line: line["at"], reverse=True)

    def _audit(self) -> list[dict[str, str]]:
        """Return the newest audit lines, over several days if needed, since the clock may have been advanced."""
        found: list[JSON] = []
        for day in range(_AUDIT_DAYS):
            found += self._audit_of(self.now() - timedelta(days=day), _AUDIT_LINES - len(found))
            if len(found) >= _AUDIT_LINES:
                break
        return [{"at": str(item["at"]), "text": _audit_line(item)} for item in found]

    def _audit_of(self, day: datetime, limit: int) -> list[JSON]:
        newest_first = {"ScanIndexForward": False, "Limit": limit}
        items: list[JSON] = self.table.query(
            KeyConditionExpression=Key("pk").eq(f"AUDIT#{day:%Y-%m-%d}"), **newest_first
        )["Items"]
        return items


def _with_actions(resource: JSON) -> JSON:
    """Return a resource with its account's name and its console actions."""
    return resource | {"account_name": ACCOUNTS.get(resource["account"], ""), "acts": actions_of(resource)}


def _audit_line(item: JSON) -> str:
    words = (item.get("who"), item.get("what"), item.get("resource"), item.get("reason"))
    return " · ".join(str(word) for word in words if word)
