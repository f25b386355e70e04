"""Security Hub findings of all accounts and Regions, and their visibility."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Finding = dict[str, Any]
Listener = Callable[[Finding], None]
_CUSTOMERS_OWN = ("Note", "UserDefinedFields", "VerificationState", "Workflow", "WorkflowState")


class FindingStore:
    """Findings by (ProductArn, Id). Thread-safe; input and output are copied.

    The administrator sees every account, any other account its own. The administrator's home Region sees all Regions,
    as with an aggregator that links all of them.
    """

    def __init__(self) -> None:
        self._findings: dict[tuple[str, str], Finding] = {}
        self._listeners: list[Listener] = []
        self._lock = threading.RLock()
        self.administrator = ""
        self.home_region = ""

    def reset(self) -> None:
        with self._lock:
            self._findings.clear()
            self._listeners.clear()
            self.administrator = self.home_region = ""

    def listen(self, listener: Listener) -> None:
        """Call the listener with each imported or updated finding, after the change and outside the lock."""
        with self._lock:
            self._listeners.append(listener)

    def forget(self, listener: Listener) -> None:
        """Remove the listener; does nothing for an unknown one."""
        with self._lock:
            if listener in self._listeners:
                self._listeners.remove(listener)

    def put(self, finding: Mapping[str, Any]) -> None:
        """Store a provider's finding, keeping the fields that customers own."""
        key = (finding["ProductArn"], finding["Id"])
        with self._lock:
            kept = {name: value for name, value in self._findings.get(key, {}).items() if name in _CUSTOMERS_OWN}
            self._findings[key] = {**copy.deepcopy(dict(finding)), **kept}
        self._tell(key)

    def replace(self, finding: Mapping[str, Any]) -> None:
        """Store a finding with all fields, as Security Hub does, workflow included."""
        key = (finding["ProductArn"], finding["Id"])
        with self._lock:
            self._findings[key] = copy.deepcopy(dict(finding))
        self._tell(key)

    def update(self, product_arn: str, finding_id: str, change: Callable[[Finding], None]) -> None:
        """Change a finding in place. Raises KeyError for an unknown one."""
        with self._lock:
            change(self._findings[product_arn, finding_id])
        self._tell((product_arn, finding_id))

    def _tell(self, key: tuple[str, str]) -> None:
        with self._lock:
            listeners, finding = list(self._listeners), copy.deepcopy(self._findings[key])
        for listener in listeners:
            listener(finding)

    def get(self, product_arn: str, finding_id: str) -> Finding | None:
        """Return a finding without checking who may see it."""
        with self._lock:
            return copy.deepcopy(self._findings.get((product_arn, finding_id)))

    def seen_by(self, account: str, region: str) -> Iterator[Finding]:
        """Return the findings that an account sees in a Region, latest update first."""
        with self._lock:
            found = [finding for finding in self._findings.values() if self.may_see(account, region, finding)]
            found = copy.deepcopy(found)
        yield from sorted(found, key=lambda finding: str(finding["UpdatedAt"]), reverse=True)

    def may_see(self, account: str, region: str, finding: Mapping[str, Any]) -> bool:
        is_administrator = account == self.administrator
        sees_account = is_administrator or finding["AwsAccountId"] == account
        sees_region = finding.get("Region", region) == region or (is_administrator and region == self.home_region)
        return sees_account and sees_region


STORE = FindingStore()
"""Global for the process, as moto's backends are."""
