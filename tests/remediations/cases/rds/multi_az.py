"""Cases of `bot.remediations.rds.multi_az`."""

from __future__ import annotations

from typing import ClassVar

from bot.remediations.rds.multi_az import AddStandby
from tests.remediations.cases.rds.databases import DatabaseCase


class ADatabaseInOneZone(DatabaseCase):
    remediation = AddStandby
    wrong: ClassVar = {"MultiAZ": False}
