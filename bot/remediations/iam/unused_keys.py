"""IAM.8: what IAM.22 is about, with a longer patience."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from bot.domain.remediation import Param
from bot.remediations.iam.stale_keys import DeactivateUnusedKeys


class DeactivateLongUnusedKeys(DeactivateUnusedKeys):
    """Deactivate access keys that nobody has used for 90 days; a user with an unused password is refused, too."""

    title = "Deactivate access keys that nobody has used for long"
    problem = "Long unused access key"
    controls = ("IAM.8",)
    params: ClassVar[Mapping[str, Param]] = {"maxCredentialUsageAge": Param(90, "days that a key may be unused")}
