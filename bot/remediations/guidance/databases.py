"""Ports, names and other settings of databases."""

from __future__ import annotations

from typing import Final

from bot.domain.remediation import Guidance

GUIDANCE: Final[tuple[Guidance, ...]] = (
    Guidance(
        id="DatabasePort",
        title="Change the engine's default port, or exempt the database",
        problem="Database uses its default port",
        controls=("RDS.23",),
        steps=(
            "Find the clients (SHOW PROCESSLIST, pg_stat_activity), and prepare their settings.",
            (
                "In a maintenance window: aws rds modify-db-instance --db-instance-identifier D --db-port-number N"
                " --apply-immediately"
            ),
            "Change the rules of the security groups at the same time.",
        ),
        why_no_fix="it restarts the database and disconnects every client until its settings are changed",
    ),
    Guidance(
        id="AdministratorName",
        title="Recreate the database with another administrator name",
        problem="Administrator has the engine's default name",
        controls=("RDS.24", "RDS.25"),
        steps=(
            "The name is set only at creation: exempt the database, or move it.",
            "Create a new one with --master-username, copy the data with DMS or a dump, and move the clients.",
        ),
        why_no_fix="the name cannot be changed: it takes a new database",
    ),
)
