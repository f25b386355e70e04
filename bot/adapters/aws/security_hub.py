"""Findings of Security Hub and their updates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from bot.adapters.aws import security_hub_updates
from bot.adapters.aws.errors import AWS_ERRORS, THROTTLES, code_of, message_of
from bot.domain.errors import BadInput, Busy, CspmError, Unknown
from bot.domain.ports import HubUpdate

Asff = dict[str, Any]

MAX_FILTERS: Final = 20
"""Values of one filter attribute (AWS, GetFindings, AwsSecurityFindingFilters)."""

PAGE_SIZE: Final = 100
"""Findings of one page (AWS, GetFindings, MaxResults)."""

_NOT_ENABLED: Final = "InvalidAccessException"
_STALE_TOKEN: Final = frozenset({"InvalidInputException", "ValidationException"})


class SecurityHub:
    """`Hub` on Security Hub. The caller keeps within GetFindings' three requests a second per account."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def update(self, update: HubUpdate) -> dict[str, str]:
        """Update findings; return the rejected ids with Security Hub's error codes. Raises Busy, Unknown."""
        return security_hub_updates.send(self._client, update)

    def findings_by_id(self, ids: Sequence[tuple[str, str]]) -> list[Asff]:
        """Return the findings with these (id, product ARN; '' for any). Raises Busy, Unknown."""
        wanted = list(dict.fromkeys(ids))
        found: list[Asff] = []
        for start in range(0, len(wanted), MAX_FILTERS):
            found += self._some(wanted[start : start + MAX_FILTERS])
        return found

    def findings_of(self, account: str, region: str, token: str = "") -> tuple[list[Asff], str]:
        """Return a page of an account's active findings in a Region, and the next page's token.

        Raises Busy, Unknown, and BadInput for a token that has expired.
        """
        filters = {
            "AwsAccountId": [_equals(account)],
            "RecordState": [_equals("ACTIVE")],
        } | ({"Region": [_equals(region)]} if region else {})
        more = {"NextToken": token} if token else {}
        try:
            answer = self._client.get_findings(Filters=filters, MaxResults=PAGE_SIZE, **more)
        except AWS_ERRORS as problem:
            raise _translated(problem, token) from problem
        return answer["Findings"], str(answer.get("NextToken") or "")

    def accounts(self) -> list[str]:
        """Return the members and the hub's own account; none if Security Hub is not enabled. Raises Busy, Unknown."""
        try:
            own = str(self._client.describe_hub()["HubArn"]).split(":")[4]
            pages = self._client.get_paginator("list_members").paginate(OnlyAssociated=True)
            members = [str(member["AccountId"]) for page in pages for member in page["Members"]]
        except AWS_ERRORS as problem:
            if code_of(problem) == _NOT_ENABLED:
                return []
            raise _translated(problem, "") from problem
        return sorted({own, *members})

    def _some(self, ids: Sequence[tuple[str, str]]) -> list[Asff]:
        """Read a batch of ids. They and their products are separate filters, so other combinations are dropped here."""
        try:
            return [each for each in self._pages(ids) if is_one_of(each, ids)]
        except AWS_ERRORS as problem:
            raise _translated(problem, "") from problem

    def _pages(self, ids: Sequence[tuple[str, str]]) -> Iterator[Asff]:
        filters = {
            "Id": [_equals(finding_id) for finding_id in dict.fromkeys(finding_id for finding_id, _ in ids)],
        }
        products = list(dict.fromkeys(product for _, product in ids))
        if all(products):
            filters["ProductArn"] = [_equals(product) for product in products]
        for page in self._client.get_paginator("get_findings").paginate(
            Filters=filters, PaginationConfig={"PageSize": PAGE_SIZE}
        ):
            yield from page["Findings"]


def is_one_of(finding: Asff, ids: Sequence[tuple[str, str]]) -> bool:
    """Return whether the finding has one of these (id, product ARN; '' for any)."""
    found, product = str(finding.get("Id")), str(finding.get("ProductArn"))
    return (found, product) in ids or (found, "") in ids


def _translated(problem: ClientError | BotoCoreError, token: str) -> CspmError:
    code = code_of(problem)
    if code in THROTTLES:
        return Busy("Security Hub throttles GetFindings", retry_after=2)
    if token and code in _STALE_TOKEN:
        return BadInput(f"the page token of GetFindings has expired: {code}")
    return Unknown(f"cannot read findings from Security Hub: {code}: {message_of(problem)}")


def _equals(value: str) -> dict[str, str]:
    return {"Value": value, "Comparison": "EQUALS"}
