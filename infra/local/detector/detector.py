"""The detector: evaluates resources, compares with earlier findings, and emits the changes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from infra.local.cloud import CustomerCloud
from infra.local.detector import asff, duplicates, events
from infra.local.detector.asff import Observation
from infra.local.detector.context import EvaluationContext
from infra.local.detector.controls import CONTROLS
from infra.local.detector.events import ConfigRule, Event
from infra.local.inventory import Inventory, Resource
from infra.local.moto_extensions.findings import STORE, Finding
from infra.local.moto_extensions.securityhub import timestamp, use_clock
from infra.local.sandbox.accounts import HOME_REGION

CUSTOMER_RULE = ConfigRule("ec2-public-access-check", "config-rule-ec2pub")
"""A customer's rule on the managed EC2_INSTANCE_NO_PUBLIC_IP, so that one problem arrives more than once."""
_CONFIG_CONTROL = "EC2.9"
_COPIED = frozenset({_CONFIG_CONTROL, "S3.8", "RDS.2"})
"""Controls whose findings are also sent as OCSF."""

_COMPLIANCE = {True: "COMPLIANT", False: "NON_COMPLIANT"}


class Detector:
    """Keeps Security Hub's findings of all accounts up to date and emits an event for every change.

    The events have the shape in which EventBridge delivers them: control findings on the bus of the administrator's
    account, whatever changed them (also BatchUpdateFindings and BatchImportFindings, by any caller), Config's
    compliance changes on the bus of the account that they are about. `emit` is called from the scanning thread, or
    from the server's thread for other callers' updates, one at a time. `age` returns how long a new resource has been
    in its state, so that a sandbox can have a past.
    """

    def __init__(
        self,
        cloud: CustomerCloud,
        admin_account: str,
        emit: Callable[[Event], None],
        clock: Callable[[], datetime],
        inventory: Inventory | None = None,
        age: Callable[[Resource], timedelta] = lambda _: timedelta(0),
    ) -> None:
        self._inventory = inventory or Inventory(cloud)
        self._admin_account = admin_account
        self._emit = emit
        self._clock = clock
        self._age = age
        self._scanning = threading.Lock()
        self._emitting = threading.RLock()
        self._seen: dict[str, Observation] = {}
        self._evaluations: dict[tuple[str, str], dict[str, Any]] = {}
        STORE.administrator, STORE.home_region = admin_account, HOME_REGION
        STORE.listen(self._emit_finding)
        use_clock(clock)

    def close(self) -> None:
        """Stop emitting."""
        STORE.forget(self._emit_finding)

    def scan(self, *, reemit: bool = False) -> int:
        """Scan everything once and return the number of emitted findings: the new and the changed ones.

        With `reemit` unchanged findings are observed again too, as Security Hub does once or twice a day: the same
        finding with a new UpdatedAt. Thread-safe.
        """
        with self._scanning:
            resources = self._inventory.read()
            seen = {item.id: item for item in self._look(resources)}
            changed = [self._observe(item, reemit=reemit) for item in seen.values()]
            gone = self._seen.keys() - seen.keys()
            for key in sorted(gone):
                self._archive(self._seen[key])
            self._seen = seen
            return sum(changed) + len(gone)

    def _look(self, resources: list[Resource]) -> Iterator[Observation]:
        scene = EvaluationContext.of(resources, self._clock())
        for resource in resources:
            for control in CONTROLS:
                verdict = control.test(resource, scene) if control.resource_type == resource.type else None
                if verdict is not None:
                    yield Observation(control, resource, verdict)

    def _observe(self, item: Observation, *, reemit: bool) -> bool:
        before, known = STORE.get(item.product_arn, item.id), self._seen.get(item.id)
        if before and known and known.passed == item.passed and not reemit:
            return False
        now, since = timestamp(self._clock()), timestamp(self._clock() - self._age(item.resource))
        STORE.replace(asff.update_finding(before, item, now) if before else asff.new_finding(item, now, since))
        if known is None or known.passed != item.passed:
            self._evaluate(item, _COMPLIANCE[item.passed])
        return True

    def _archive(self, item: Observation) -> None:
        before = STORE.get(item.product_arn, item.id)
        if before:
            STORE.replace(asff.archive_finding(before, timestamp(self._clock())))
        self._evaluate(item, "NOT_APPLICABLE")

    def _evaluate(self, item: Observation, compliance: str) -> None:
        """Emit Config's events, of the customer's rule and of Security Hub's."""
        if item.control.id != _CONFIG_CONTROL:
            return
        for rule in (CUSTOMER_RULE, asff.linked_rule(item.control)):
            key = (rule.name, item.resource.arn)
            before = self._evaluations.get(key)
            event = events.compliance_change(rule, item.resource, compliance, before, self._clock())
            self._evaluations[key] = event["detail"]["newEvaluationResult"]
            self._send(event)
        self._import(item, archived=compliance == "NOT_APPLICABLE")

    def _import(self, item: Observation, *, archived: bool) -> None:
        """Import Config's finding of the customer's rule, which Security Hub gets besides Config's event."""
        now = timestamp(self._clock())
        known = STORE.get(duplicates.config_product(item.resource), duplicates.config_id(CUSTOMER_RULE, item.resource))
        since = known["CreatedAt"] if known else timestamp(self._clock() - self._age(item.resource))
        finding = duplicates.from_config(CUSTOMER_RULE, item, now, since)
        STORE.put(asff.archive_finding(finding, now) if archived else finding)

    def _emit_finding(self, finding: Finding) -> None:
        now = self._clock()
        self._send(events.imported(finding, self._admin_account, HOME_REGION, now))
        if finding["ProductArn"].endswith("/aws/securityhub") and finding["Compliance"]["SecurityControlId"] in _COPIED:
            self._send(events.imported_v2(duplicates.ocsf(finding), self._admin_account, HOME_REGION, now))

    def _send(self, event: Event) -> None:
        with self._emitting:
            self._emit(event)
