"""Findings read back from Security Hub, and their twin in memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from bot.adapters.aws_errors import known_or
from bot.adapters.hostility import Hostility, peaceful
from bot.domain.errors import Unknown

Asff = dict[str, Any]

MAX_FILTERS: Final = 20
"""Values of one filter attribute (AWS, GetFindings, AwsSecurityFindingFilters)."""

_PAGE: Final = 100


class SecurityHub:
    """`Hub` on Security Hub. The caller keeps to GetFindings' three requests a second for the account."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def findings_by_id(self, ids: Sequence[tuple[str, str]]) -> list[Asff]:
        """The findings with these (id, product ARN). Raises Unknown."""
        wanted = list(dict.fromkeys(ids))
        found: list[Asff] = []
        for start in range(0, len(wanted), MAX_FILTERS):
            found += self._some(wanted[start : start + MAX_FILTERS])
        return found

    def _some(self, ids: Sequence[tuple[str, str]]) -> list[Asff]:
        """Ids and products are two filters; pairs that mix them are left out here."""
        with known_or(Unknown, "cannot read findings from Security Hub"):
            return [each for each in self._pages(ids) if (each.get("Id"), each.get("ProductArn")) in ids]

    def _pages(self, ids: Sequence[tuple[str, str]]) -> Iterator[Asff]:
        filters = {
            "Id": [_equals(finding_id) for finding_id in dict.fromkeys(finding_id for finding_id, _ in ids)],
            "ProductArn": [_equals(product) for product in dict.fromkeys(product for _, product in ids)],
        }
        for page in self._client.get_paginator("get_findings").paginate(
            Filters=filters, PaginationConfig={"PageSize": _PAGE}
        ):
            yield from page["Findings"]


class MemoryHub:
    """`Hub` over the ASFF findings in `findings`; `problem` is what reading raises."""

    def __init__(self, findings: Sequence[Asff] = (), hostility: Hostility | None = None) -> None:
        self.findings = list(findings)
        self.problem: Unknown | None = None
        self._hostility = hostility or peaceful()

    def findings_by_id(self, ids: Sequence[tuple[str, str]]) -> list[Asff]:
        """The findings with these (id, product ARN)."""
        with self._hostility.call("hub.findings_by_id"):
            if self.problem:
                raise self.problem
            return [each for each in self.findings if (each["Id"], each["ProductArn"]) in ids]


def _equals(value: str) -> dict[str, str]:
    return {"Value": value, "Comparison": "EQUALS"}
