"""Evidence that cannot be had is not known, and holds up no plan."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError

from bot.remediations.toolkit.aws_calls import evidence_of

_DENIED = ClientError({"Error": {"Code": "AccessDenied"}}, "GetMetricData")


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (_DENIED, "not known (AccessDenied)"),
        (EndpointConnectionError(endpoint_url="https://x"), "not known (EndpointConnectionError)"),
        (ConnectTimeoutError(endpoint_url="https://x"), "not known (ConnectTimeoutError)"),
        (ReadTimeoutError(endpoint_url="https://x"), "not known (ReadTimeoutError)"),
    ],
)
def test_what_aws_does_not_answer_is_not_known(problem: Exception, said: str) -> None:
    def find_out() -> str:
        raise problem

    told = evidence_of("Who uses it?", find_out)
    assert (told.answer, told.known) == (said, False)


def test_a_mistake_of_ours_is_not_taken_for_an_answer() -> None:
    answer: dict[str, str] = {}
    with pytest.raises(KeyError):
        evidence_of("Who uses it?", lambda: answer["name"])
