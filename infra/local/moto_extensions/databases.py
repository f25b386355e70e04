"""RDS instances: a distinct resource id for each."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from moto.rds.models import DBInstance

from infra.local.moto_extensions.patching import replace

_new_instance = DBInstance.__init__


def new_instance(self: DBInstance, *args: Any, **kwargs: Any) -> None:
    """Assign a DbiResourceId.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html: "The AWS Region-unique, immutable
    identifier for the DB instance". moto gives all instances the same.
    """
    _new_instance(self, *args, **kwargs)
    digest = hashlib.sha256(self.db_instance_arn.encode()).digest()
    self.dbi_resource_id = "db-" + base64.b32encode(digest).decode()[:26]


def install() -> None:
    replace(DBInstance, __init__=new_instance)
