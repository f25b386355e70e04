"""Security Hub in memory."""

from __future__ import annotations

from collections.abc import Sequence

from bot.adapters.aws.security_hub import PAGE_SIZE, Asff, is_one_of
from bot.adapters.memory.faults import FaultPlan, no_faults
from bot.domain.errors import BadInput, CspmError
from bot.domain.ports import HubUpdate


class MemoryHub:
    """`Hub` over the ASFF findings in `findings`; `problem` is raised by each call.

    Tokens in `expired` are rejected once.
    """

    def __init__(self, findings: Sequence[Asff] = (), faults: FaultPlan | None = None) -> None:
        self.findings = list(findings)
        self.problem: CspmError | None = None
        self.page = PAGE_SIZE
        self.pages_read = 0
        self.updates: list[HubUpdate] = []
        self.refusals: dict[str, str] = {}
        self.expired: set[str] = set()
        self._faults = faults or no_faults()

    def update(self, update: HubUpdate) -> dict[str, str]:
        """Record the update in `updates` and apply it to the findings."""
        with self._faults.call("hub.update"):
            if self.problem:
                raise self.problem
            self.updates.append(update)
            for finding in self.findings:
                if (finding["Id"], finding["ProductArn"]) in update.findings:
                    _apply(update, finding)
            return dict(self.refusals)

    def findings_by_id(self, ids: Sequence[tuple[str, str]]) -> list[Asff]:
        with self._faults.call("hub.findings_by_id"):
            if self.problem:
                raise self.problem
            return [each for each in self.findings if is_one_of(each, ids)]

    def findings_of(self, account: str, region: str, token: str = "") -> tuple[list[Asff], str]:
        """Return a page of `page` findings; the token is the index of the next one."""
        with self._faults.call("hub.findings_of"):
            if self.problem:
                raise self.problem
            self.pages_read += 1
            if token in self.expired:
                self.expired.remove(token)
                raise BadInput("the page token of GetFindings has expired")
            matching = [one for one in self.findings if _is_active_in(one, account, region)]
            start = int(token or 0)
            following = str(start + self.page) if start + self.page < len(matching) else ""
            return matching[start : start + self.page], following

    def accounts(self) -> list[str]:
        with self._faults.call("hub.accounts"):
            if self.problem:
                raise self.problem
            return sorted({one["AwsAccountId"] for one in self.findings})


def _apply(update: HubUpdate, finding: Asff) -> None:
    finding["Note"] = {"Text": update.note, "UpdatedBy": update.author}
    if update.workflow:
        finding["Workflow"] = {"Status": update.workflow}


def _is_active_in(finding: Asff, account: str, region: str) -> bool:
    here = finding.get("AwsAccountId") == account and region in ("", finding.get("Region"))
    return here and finding.get("RecordState", "ACTIVE") == "ACTIVE"
