"""AWS Config for the custom rules: recorded configuration items, and evaluations."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, Final

from bot.adapters.aws.errors import aws_errors_as
from bot.domain.errors import BadInput, Unknown

MAX_EVALUATIONS: Final = 100
"""In one call (AWS Config API, PutEvaluations)."""

_FIELDS: Final = (
    "accountId, awsRegion, resourceType, resourceId, resourceName, arn, configurationItemStatus, "
    "configurationItemCaptureTime, configuration, supplementaryConfiguration, tags"
)


class ConfigService:
    """AWS Config of one account and Region."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def history(self, resource_type: str, resource_id: str, at: str) -> Mapping[str, Any]:
        """Return the item as recorded at this ISO time. Raises Unknown, and BadInput for an invalid time."""
        with aws_errors_as(Unknown, f"cannot read the configuration of {resource_type} {resource_id}"):
            answer = self._client.get_resource_config_history(
                resourceType=resource_type, resourceId=resource_id, laterTime=_instant(at), limit=1
            )
        if not answer.get("configurationItems"):
            raise Unknown(f"Config has no configuration of {resource_type} {resource_id} at {at}")
        item: Mapping[str, Any] = answer["configurationItems"][0]
        return item

    def recorded(self, resource_types: Sequence[str]) -> Iterator[Mapping[str, Any]]:
        """Yield every recorded item of these types that exists now. Raises Unknown."""
        types = ", ".join(f"'{one}'" for one in resource_types)
        query = f"SELECT {_FIELDS} WHERE resourceType IN ({types})"
        pages = self._client.get_paginator("select_resource_config").paginate(Expression=query)
        with aws_errors_as(Unknown, "cannot query Config"):
            for page in pages:
                yield from (json.loads(text) for text in page["Results"])

    def put(self, evaluations: Sequence[Mapping[str, Any]], token: str, *, test: bool) -> None:
        """Put the evaluations, 100 a call. Raises Unknown, also when Config rejects some of them."""
        remaining = iter(evaluations)
        while batch := [_timed(one) for one in islice(remaining, MAX_EVALUATIONS)]:
            with aws_errors_as(Unknown, "Config rejects the evaluations"):
                answer = self._client.put_evaluations(Evaluations=batch, ResultToken=token, TestMode=test)
            if failed := answer.get("FailedEvaluations"):
                raise Unknown(f"Config rejected {len(failed)} of {len(batch)} evaluations, the first: {failed[0]}")


def _timed(evaluation: Mapping[str, Any]) -> dict[str, Any]:
    return {**evaluation, "OrderingTimestamp": _instant(evaluation["OrderingTimestamp"])}


def _instant(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{text!r} is not a time") from None
