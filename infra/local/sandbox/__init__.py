"""Two customer accounts with common misconfigurations and some compliant resources; ids are the same in each run."""

from __future__ import annotations

from datetime import UTC, datetime

from moto.ec2.models import ec2_backends
from moto.moto_api._internal import mock_random

from infra.local.cloud import CustomerCloud
from infra.local.sandbox import buckets, compute, identities, services
from infra.local.sandbox.accounts import ACCOUNTS, HOME_REGION, PAYMENTS_DEV, PROD_DATA, REGIONS, AccountRegion, age

__all__ = ["ACCOUNTS", "HOME_REGION", "PAYMENTS_DEV", "PROD_DATA", "REGIONS", "age", "seed"]


def seed(cloud: CustomerCloud, now: datetime | None = None) -> None:
    """Create both accounts' resources; ages of access keys count back from `now`. Takes about two seconds."""
    moment = now or datetime.now(UTC)
    networks = [ec2_backends[account][region] for account in ACCOUNTS for region in REGIONS]
    mock_random.seed(20260921)
    for network in networks:
        network.reset()  # the ids of a default network are drawn when it is first asked for, or here
    for account in ACCOUNTS:
        for region in REGIONS:
            compute.remove_default_network(AccountRegion(cloud, account, region))
    mock_random.seed(20260922)  # a first start has drawn more numbers by now than a later one
    prod, prod_us = AccountRegion(cloud, PROD_DATA), AccountRegion(cloud, PROD_DATA, "us-east-1")
    dev = AccountRegion(cloud, PAYMENTS_DEV)
    buckets.seed_prod(prod)
    buckets.seed_prod_us(prod_us)
    buckets.seed_dev(dev)
    compute.seed_prod(prod)
    compute.seed_prod_us(prod_us)
    compute.seed_dev(dev)
    identities.seed_prod(prod, moment)
    identities.seed_dev(dev, moment)
    services.seed_prod(prod)
    services.seed_dev(dev)
