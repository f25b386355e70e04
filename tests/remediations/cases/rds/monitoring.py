"""Cases of `bot.remediations.rds.monitoring`."""

from __future__ import annotations

from typing import ClassVar

from bot.domain.plan import Target
from bot.remediations.rds.monitoring import MonitorDatabase
from tests.aws import plain_client
from tests.remediations.cases.rds.databases import DatabaseCase, make_database
from tests.remediations.contract import targeted

_ROLE = "arn:aws:iam::123456789012:role/rds-monitoring"


class ADatabaseThatNobodyMeasures(DatabaseCase):
    remediation = MonitorDatabase
    two_valued = False
    wrong: ClassVar = {"MonitoringInterval": 0}

    def make(self) -> Target:
        arn = make_database(**self.wrong)["DBInstanceArn"]
        return targeted(MonitorDatabase, arn, params={"monitoringRole": _ROLE})

    def edit_same(self, target: Target) -> None:
        plain_client("rds").modify_db_instance(DBInstanceIdentifier="payroll", MonitoringInterval=5)
