"""Asking AWS: which error means "there is none", which means "gone", and when an answer is "not known"."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NotReached

from bot.domain.errors import ResourceGone, Unknown
from bot.domain.plan import Evidence

METRIC_DAYS: Final = 14
"""How far back evidence looks into metrics."""


def error_code(error: ClientError) -> str:
    """AWS's own name of the error: `NoSuchBucket`, `AccessDenied`."""
    return str(error.response.get("Error", {}).get("Code", ""))


@contextmanager
def gone_if(*codes: str) -> Iterator[None]:
    """Raise ResourceGone in place of the errors that say so."""
    try:
        yield
    except ClientError as error:
        if error_code(error) in codes:
            raise ResourceGone(error_code(error)) from error
        raise


def none_if(call: Callable[[], Any], *codes: str) -> Any:
    """What `call` answers, or None where AWS says with one of these errors that there is nothing."""
    try:
        return call()
    except ClientError as error:
        if error_code(error) in codes:
            return None
        raise


def evidence_of(question: str, find_out: Callable[[], str]) -> Evidence:
    """Evidence; a call that AWS refuses or does not answer makes it "not known", which is an answer that people see.

    A question that a Region has no endpoint for would else hold up the plan, which does not hang on it.
    """
    try:
        return Evidence(question, find_out())
    except ClientError as error:
        return Evidence(question, f"not known ({error_code(error)})", known=False)
    except (NotReached, HTTPClientError) as error:
        return Evidence(question, f"not known ({type(error).__name__})", known=False)


def pluralize(number: int, one: str, many: str = "") -> str:
    """A number of things in words: `1 instance`, `2 instances`, `no instance`."""
    if number == 0:
        return f"no {one}"
    return f"{number} {one if number == 1 else many or one + 's'}"


def response_date(answer: Mapping[str, Any]) -> datetime:
    """When AWS answered, by its own clock (the Date header). Raises Unknown when it does not say."""
    date = answer["ResponseMetadata"]["HTTPHeaders"].get("date", "")
    if not date:
        raise Unknown("AWS's answer has no date, so nothing can be said about times")
    return parsedate_to_datetime(date)


def metric_value(
    cloudwatch: Any, named: tuple[str, str], dimension: tuple[str, str], stat: str, end: datetime
) -> int | None:
    """A CloudWatch metric (namespace, name) of the `DAYS` before `end` as one number; None where there is no data."""
    wanted = {
        "Namespace": named[0],
        "MetricName": named[1],
        "Dimensions": [{"Name": dimension[0], "Value": dimension[1]}],
    }
    query = {"Id": "asked", "MetricStat": {"Metric": wanted, "Period": 86400, "Stat": stat}}
    start = end - timedelta(days=METRIC_DAYS)
    pages = cloudwatch.get_paginator("get_metric_data").paginate(
        MetricDataQueries=[query], StartTime=start, EndTime=end
    )
    values = [value for page in pages for result in page["MetricDataResults"] for value in result["Values"]]
    if not values:
        return None
    return int(sum(values) if stat == "Sum" else max(values))
