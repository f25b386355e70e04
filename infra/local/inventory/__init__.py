"""Inventory of the customers' accounts, with relevant settings; re-read only where something may have changed."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from weakref import WeakKeyDictionary

from infra.local.cloud import CustomerCloud
from infra.local.inventory import accounts, buckets, identities, instances, networks, services
from infra.local.inventory.resource import Reader, Resource, Settings
from infra.local.sandbox.accounts import ACCOUNTS, REGIONS, AccountRegion

__all__ = ["Inventory", "Resource", "Settings", "describe"]

_GLOBAL: dict[str, Reader] = {"s3": buckets.read, "iam": identities.read, "s3control": accounts.read_block}
_REGIONAL: dict[str, tuple[Reader, ...]] = {
    "ec2": (networks.read_groups, networks.read_subnets, instances.read, accounts.read_encryption),
    "kms": (services.read_keys,),
    "rds": (services.read_databases,),
    "sns": (services.read_topics,),
    "sqs": (services.read_queues,),
    "cloudtrail": (services.read_trails,),
    "elbv2": (services.read_load_balancers,),
}


class Inventory:
    """All resources of the sandbox's accounts. Thread-safe; without changes a read makes no calls."""

    def __init__(
        self, cloud: CustomerCloud, accounts: Iterable[str] = ACCOUNTS, regions: Iterable[str] = REGIONS
    ) -> None:
        self._cloud = cloud
        self._places = [AccountRegion(cloud, account, region) for account in accounts for region in regions]
        self._home = next(iter(regions))
        self._kept: dict[tuple[str, str, str], tuple[int, list[Resource]]] = {}
        self._lock = threading.Lock()

    def read(self) -> list[Resource]:
        """Return every resource in its current state; several services' settings of one account are merged."""
        with self._lock:
            found = [
                resource
                for place in self._places
                for service, readers in self._services(place)
                for resource in self._slice(place, service, readers)
            ]
        merged: dict[tuple[str, str, str], Resource] = {}
        for resource in found:
            key = (resource.account, resource.region, resource.arn)
            before = merged.get(key)
            merged[key] = replace(resource, settings={**before.settings, **resource.settings}) if before else resource
        return list(merged.values())

    def _services(self, place: AccountRegion) -> list[tuple[str, tuple[Reader, ...]]]:
        everywhere = [(service, (reader,)) for service, reader in _GLOBAL.items()] if place.region == self._home else []
        return [*everywhere, *_REGIONAL.items()]

    def _slice(self, place: AccountRegion, service: str, readers: tuple[Reader, ...]) -> list[Resource]:
        version = self._cloud.calls.version(place.account, service)
        key = (place.account, place.region, service)
        kept = self._kept.get(key)
        if kept is None or kept[0] != version:
            kept = self._kept[key] = (version, [resource for reader in readers for resource in reader(place)])
        return kept[1]


_inventories: WeakKeyDictionary[CustomerCloud, Inventory] = WeakKeyDictionary()


def describe(cloud: CustomerCloud) -> list[dict[str, Any]]:
    """Return all resources as JSON values: account, region, type, id, name, settings, tags."""
    inventory = _inventories.get(cloud) or _inventories.setdefault(cloud, Inventory(cloud))
    return [
        {
            "account": resource.account,
            "region": resource.region,
            "type": resource.type,
            "id": resource.id,
            "name": resource.name,
            "settings": dict(resource.settings),
            "tags": dict(resource.tags),
        }
        for resource in inventory.read()
    ]
