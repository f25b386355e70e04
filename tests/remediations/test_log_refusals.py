"""Buckets, distributions, search domains and functions that the bot leaves as they are, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from moto.opensearch.models import opensearch_backends

from bot.domain.errors import Busy
from bot.domain.plan import Compliant, Refused, Target
from bot.domain.remediation import Remediation, plan
from bot.remediations.cloudfront.tls import RaiseViewerTls, RedirectViewers
from bot.remediations.codebuild.logging import LogBuilds
from bot.remediations.lambda_.tracing import TraceFunction
from bot.remediations.opensearch.logging import AuditSearch, LogSearchErrors
from bot.remediations.s3.ownership import DisableAcls
from bot.remediations.s3.versioning import KeepVersions
from tests.aws import ACCOUNT, REGION, MotoAccount, plain_client
from tests.remediations.cases.cloudfront.tls import ADistributionOverHttp, ADistributionWithOldTls
from tests.remediations.cases.codebuild.logging import ABuildWithPlainLogs
from tests.remediations.cases.lambda_.tracing import AFunctionWithoutTraces
from tests.remediations.cases.opensearch.logging import ASearchDomainWithoutAuditLog, ASearchDomainWithoutErrorLog
from tests.remediations.cases.s3.ownership import ABucketWithAcls
from tests.remediations.cases.s3.versioning import ABucketWithoutVersions
from tests.remediations.contract import planned


def a_bucket_that_everybody_reads() -> Target:
    target = ABucketWithAcls().make()
    plain_client("s3").put_bucket_acl(Bucket=target.resource.name, ACL="public-read")
    return target


def a_distribution_under_cloudfronts_name() -> Target:
    return ADistributionOverHttp().make()


def a_distribution_with_its_own_addresses() -> Target:
    case = ADistributionWithOldTls()
    target = case.make()
    case.change(ViewerCertificate={**case.certificate, "SSLSupportMethod": "vip"})
    return target


def logs_that_nobody_names() -> Target:
    return replace(ASearchDomainWithoutErrorLog().make(), params={})


def a_domain_where_nobody_signs_in() -> Target:
    target = ASearchDomainWithoutAuditLog().make()
    plain_client("opensearch").update_domain_config(DomainName="logs", AdvancedSecurityOptions={"Enabled": False})
    return target


@pytest.mark.parametrize(
    ("recipe", "make", "reason"),
    [
        (DisableAcls(), a_bucket_that_everybody_reads, "its ACL lets AllUsers in"),
        (RaiseViewerTls(), a_distribution_under_cloudfronts_name, "CloudFront's own certificate"),
        (RaiseViewerTls(), a_distribution_with_its_own_addresses, "clients without SNI"),
        (LogSearchErrors(), logs_that_nobody_names, "remediations, LogSearchErrors, logGroup"),
        (AuditSearch(), a_domain_where_nobody_signs_in, "no fine-grained access control"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_it_is_refused(recipe: Remediation, make: Callable[[], Target], reason: str, aws: MotoAccount) -> None:
    outcome = plan(recipe, make(), aws)
    assert isinstance(outcome, Refused)
    assert reason in outcome.reason


def test_logs_that_go_to_s3_are_enough(aws: MotoAccount) -> None:
    case = ABuildWithPlainLogs()
    target = case.make()
    plain_client("codebuild").update_project(
        name="ship", logsConfig={**case.logs, "cloudWatchLogs": {"status": "DISABLED"}}
    )
    assert isinstance(plan(LogBuilds(), target, aws), Compliant)


def test_of_a_distribution_only_what_serves_both_is_changed(aws: MotoAccount) -> None:
    done = planned(RedirectViewers(), ADistributionOverHttp().make(), aws)
    assert [change.setting for change in done.changes] == ["protocol for /api/*", "protocol for everything else"]


def test_a_domain_that_is_still_at_work_is_waited_for(aws: MotoAccount) -> None:
    recipe, target = LogSearchErrors(), ASearchDomainWithoutErrorLog().make()
    kept: Any = opensearch_backends[ACCOUNT][REGION].domains["logs"]
    kept.processing = True
    (change,) = planned(recipe, target, aws).changes
    with pytest.raises(Busy):
        recipe.write(target, change.setting, change.after, aws)


def test_a_function_that_is_still_being_updated_is_waited_for() -> None:
    """moto's functions are done at once."""
    recipe, target = TraceFunction(), AFunctionWithoutTraces().make()
    updating = answering(get_function_configuration={"LastUpdateStatus": "InProgress"})
    with pytest.raises(Busy):
        recipe.write(target, recipe.setting, True, updating)  # noqa: FBT003 - the value of a setting


def test_a_bucket_that_wants_an_mfa_device_is_refused() -> None:
    """moto knows no MFA delete."""
    suspended = answering(get_bucket_versioning={"Status": "Suspended", "MFADelete": "Enabled"})
    outcome = plan(KeepVersions(), ABucketWithoutVersions().make(), suspended)
    assert isinstance(outcome, Refused)
    assert "MFA delete is on" in outcome.reason


def answering(**answers: dict[str, Any]) -> Any:
    """An account that knows these answers, and no other call."""
    calls = {name: (lambda answer=answer, **_: answer) for name, answer in answers.items()}
    return SimpleNamespace(client=lambda _service: SimpleNamespace(**calls))
