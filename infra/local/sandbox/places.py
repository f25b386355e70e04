"""The accounts and Regions of the sandbox."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from infra.local.cloud import CustomerCloud

PROD_DATA = "111122223333"
PAYMENTS_DEV = "444455556666"
ACCOUNTS = {PROD_DATA: "prod-data", PAYMENTS_DEV: "payments-dev"}
HOME_REGION = "eu-west-1"
REGIONS = (HOME_REGION, "us-east-1")


@dataclass(frozen=True)
class Place:
    """One Region of one account, as whoever set it up saw it."""

    cloud: CustomerCloud
    account: str
    region: str = HOME_REGION

    def client(self, service: str) -> Any:
        """A client here whose calls are not in the record: seeding is nobody's work."""
        return self.cloud.client(service, self.account, self.region, recorded=False)


def tags(name: str | None = None, **values: str) -> list[dict[str, str]]:
    """Tags as most services take them, with Name first."""
    named = {"Name": name} if name else {}
    return [{"Key": key, "Value": value} for key, value in {**named, **values}.items()]
