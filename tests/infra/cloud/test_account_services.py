"""Services of an account that moto lacks or has otherwise: settings, tags, Macie, rotation."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local.cloud import CustomerCloud
from tests.infra.cloud.conftest import ACCOUNT

SHARING = "/ssm/documents/console/public-sharing-permission"


def refusal(call: Any, **arguments: Any) -> str:
    with pytest.raises(ClientError) as raised:
        call(**arguments)
    return str(raised.value.response["Error"]["Code"])


def test_a_service_setting_has_a_default_and_is_changed(cloud: CustomerCloud) -> None:
    ssm = cloud.client("ssm", ACCOUNT)

    def setting() -> tuple[str, str]:
        found = ssm.get_service_setting(SettingId=SHARING)["ServiceSetting"]
        return found["SettingValue"], found["Status"]

    assert setting() == ("Enable", "Default")
    ssm.update_service_setting(SettingId=SHARING, SettingValue="Disable")
    assert setting() == ("Disable", "Customized")


def test_a_service_setting_that_there_is_not_is_refused(cloud: CustomerCloud) -> None:
    ssm = cloud.client("ssm", ACCOUNT)
    assert refusal(ssm.get_service_setting, SettingId="/ssm/no-such") == "ServiceSettingNotFound"
    assert refusal(ssm.update_service_setting, SettingId="/ssm/no-such", SettingValue="x") == "ServiceSettingNotFound"


def test_macie_is_off_until_it_is_enabled(cloud: CustomerCloud) -> None:
    macie = cloud.client("macie2", ACCOUNT)
    with pytest.raises(ClientError, match=r"AccessDeniedException.*Macie is not enabled"):
        macie.get_macie_session()
    macie.enable_macie(status="ENABLED")
    assert macie.get_macie_session()["status"] == "ENABLED"


def test_macie_is_paused_and_resumed_and_keeps_its_other_settings(cloud: CustomerCloud) -> None:
    macie = cloud.client("macie2", ACCOUNT)
    macie.enable_macie(findingPublishingFrequency="SIX_HOURS")
    for status in ("PAUSED", "ENABLED"):
        macie.update_macie_session(status=status)
        session = macie.get_macie_session()
        assert (session["status"], session["findingPublishingFrequency"]) == (status, "SIX_HOURS")


def test_detectors_and_filters_have_tags_of_their_own(cloud: CustomerCloud) -> None:
    guardduty = cloud.client("guardduty", ACCOUNT)
    detector = guardduty.create_detector(Enable=True, Tags={"made": "here"})["DetectorId"]
    guardduty.create_filter(DetectorId=detector, Name="known", FindingCriteria={"Criterion": {}})
    arn = f"arn:aws:guardduty:eu-west-1:{ACCOUNT}:detector/{detector}"
    guardduty.tag_resource(ResourceArn=f"{arn}/filter/known", Tags={"owner": "sec", "env": "prod"})
    guardduty.untag_resource(ResourceArn=f"{arn}/filter/known", TagKeys=["env"])
    assert guardduty.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"made": "here"}
    assert guardduty.list_tags_for_resource(ResourceArn=f"{arn}/filter/known")["Tags"] == {"owner": "sec"}


def test_tags_of_a_detector_that_there_is_not_are_refused(cloud: CustomerCloud) -> None:
    guardduty = cloud.client("guardduty", ACCOUNT)
    arn = f"arn:aws:guardduty:eu-west-1:{ACCOUNT}:detector/none"
    assert refusal(guardduty.list_tags_for_resource, ResourceArn=arn) == "BadRequestException"


def test_rotation_without_a_function_is_refused(cloud: CustomerCloud) -> None:
    secrets = cloud.client("secretsmanager", ACCOUNT)
    secrets.create_secret(Name="plain", SecretString="x")
    assert refusal(secrets.rotate_secret, SecretId="plain", RotateImmediately=False) == "InvalidRequestException"


def test_rotation_is_turned_on_without_rotating_and_keeps_its_function(cloud: CustomerCloud) -> None:
    secrets = cloud.client("secretsmanager", ACCOUNT)
    function = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:rotate"
    version = secrets.create_secret(Name="db", SecretString="x")["VersionId"]
    secrets.rotate_secret(SecretId="db", RotationLambdaARN=function, RotateImmediately=False)
    secrets.cancel_rotate_secret(SecretId="db")
    secrets.rotate_secret(SecretId="db", RotationRules={"AutomaticallyAfterDays": 30}, RotateImmediately=False)
    found = secrets.describe_secret(SecretId="db")
    assert (found["RotationEnabled"], found["RotationLambdaARN"]) == (True, function)
    assert found["RotationRules"]["AutomaticallyAfterDays"] == 30
    assert found["VersionIdsToStages"] == {version: ["AWSCURRENT"]}
