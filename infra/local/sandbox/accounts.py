"""Accounts and Regions of the sandbox."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from infra.local.cloud import CustomerCloud

PROD_DATA = "111122223333"
PAYMENTS_DEV = "444455556666"
ACCOUNTS = {PROD_DATA: "prod-data", PAYMENTS_DEV: "payments-dev"}
HOME_REGION = "eu-west-1"
REGIONS = (HOME_REGION, "us-east-1")


def age(name: str) -> timedelta:
    """Return how long a resource has been in its state: between a day and two months, by a hash of its name."""
    return timedelta(minutes=24 * 60 + zlib.crc32(name.encode()) % (59 * 24 * 60))


@dataclass(frozen=True)
class AccountRegion:
    """One Region of one account, for seeding and reading."""

    cloud: CustomerCloud
    account: str
    region: str = HOME_REGION

    def client(self, service: str) -> Any:
        """Return a client whose calls are not recorded."""
        return self.cloud.client(service, self.account, self.region, recorded=False)


def tags(name: str | None = None, **values: str) -> list[dict[str, str]]:
    """Return tags in the list form of most services, with Name first."""
    named = {"Name": name} if name else {}
    return [{"Key": key, "Value": value} for key, value in {**named, **values}.items()]
