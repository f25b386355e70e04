"""Helpers for AWS calls: error handling, pagination, evidence and metrics."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as BotoConnectionError

from bot.domain.errors import ResourceGone, Unknown
from bot.domain.plan import Evidence, Target

METRIC_DAYS: Final = 14
"""The number of days of metrics that evidence looks at."""


def error_code(error: ClientError) -> str:
    """Return the error code of AWS: `NoSuchBucket`, `AccessDenied`."""
    return str(error.response.get("Error", {}).get("Code", ""))


def error_message(error: ClientError) -> str:
    """Return the message of AWS, for services that use one error code for everything."""
    return str(error.response.get("Error", {}).get("Message", ""))


@contextmanager
def gone_if(*codes: str) -> Iterator[None]:
    """Raise ResourceGone in place of an AWS error with one of these codes."""
    try:
        yield
    except ClientError as error:
        if error_code(error) in codes:
            raise ResourceGone(error_code(error)) from error
        raise


@contextmanager
def gone_if_message(text: str, target: Target) -> Iterator[None]:
    """Raise ResourceGone in place of an AWS error whose message contains this text."""
    try:
        yield
    except ClientError as error:
        if text in error_message(error):
            raise ResourceGone(target.resource.name) from error
        raise


def none_if(call: Callable[[], Any], *codes: str) -> Any:
    """Return the result of `call`, or None if AWS answers with one of these error codes."""
    try:
        return call()
    except ClientError as error:
        if error_code(error) in codes:
            return None
        raise


def paginated(client: Any, operation: str, key: str, **arguments: Any) -> list[dict[str, Any]]:
    """Return the items under `key` of all pages of an operation (`describe_subnets`)."""
    pages = client.get_paginator(operation).paginate(**arguments)
    return [item for page in pages for item in page[key]]


def evidence_of(question: str, find_out: Callable[[], str]) -> Evidence:
    """Return the evidence; its answer is "not known" if AWS refuses the call or cannot be reached.

    The plan does not depend on evidence, so a service without an endpoint in the Region must not block it.
    """
    try:
        return Evidence(question, find_out())
    except ClientError as error:
        return Evidence(question, f"not known ({error_code(error)})", known=False)
    except (BotoConnectionError, HTTPClientError) as error:
        return Evidence(question, f"not known ({type(error).__name__})", known=False)


def pluralize(number: int, one: str, many: str = "") -> str:
    """Return a number of things as text: `1 instance`, `2 instances`, `no instance`."""
    if number == 0:
        return f"no {one}"
    return f"{number} {one if number == 1 else many or one + 's'}"


def name_after(marker: str, target: Target) -> str:
    """Return the part of the ARN after `marker`, or the whole id of a resource that is not identified by its ARN.

    Unlike the resource's `name`, it keeps slashes and colons.
    """
    return target.resource.id.partition(marker)[2] or target.resource.id


def response_date(response: Mapping[str, Any]) -> datetime:
    """Return the time of the response by AWS's clock (the Date header). Raise Unknown if the header is missing."""
    date = response["ResponseMetadata"]["HTTPHeaders"].get("date", "")
    if not date:
        raise Unknown("AWS's answer has no date, so nothing can be said about times")
    return parsedate_to_datetime(date)


def metric_value(
    cloudwatch: Any, named: tuple[str, str], dimension: tuple[str, str], stat: str, end: datetime
) -> int | None:
    """Return the sum or maximum of a CloudWatch metric (namespace, name) over the `METRIC_DAYS` before `end`.

    Return None if there is no data.
    """
    metric = {
        "Namespace": named[0],
        "MetricName": named[1],
        "Dimensions": [{"Name": dimension[0], "Value": dimension[1]}],
    }
    query = {"Id": "asked", "MetricStat": {"Metric": metric, "Period": 86400, "Stat": stat}}
    start = end - timedelta(days=METRIC_DAYS)
    results = paginated(
        cloudwatch, "get_metric_data", "MetricDataResults", MetricDataQueries=[query], StartTime=start, EndTime=end
    )
    values = [value for result in results for value in result["Values"]]
    if not values:
        return None
    return int(sum(values) if stat == "Sum" else max(values))
