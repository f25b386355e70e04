"""Cases of `bot.remediations.rds.snapshot_tags`."""

from __future__ import annotations

from typing import ClassVar

from bot.remediations.rds.snapshot_tags import CopyTagsToClusterSnapshots, CopyTagsToSnapshots
from tests.remediations.cases.rds.databases import ClusterCase, DatabaseCase


class ADatabaseWhoseSnapshotsHaveNoTags(DatabaseCase):
    remediation = CopyTagsToSnapshots
    wrong: ClassVar = {"CopyTagsToSnapshot": False}


class AClusterWhoseSnapshotsHaveNoTags(ClusterCase):
    remediation = CopyTagsToClusterSnapshots
    wrong: ClassVar = {"CopyTagsToSnapshot": False}
