"""Keys: what the contract does not say."""

from __future__ import annotations

from bot.domain.plan import CALLED, Evidence
from bot.remediations.kms.rotation import RotateKey
from tests.aws import MotoAccount, plain_client
from tests.remediations.contract import targeted


def test_a_key_is_called_by_its_aliases(aws: MotoAccount) -> None:
    kms = plain_client("kms")
    key, other = (kms.create_key()["KeyMetadata"]["KeyId"] for _ in range(2))
    kms.create_alias(AliasName="alias/payments", TargetKeyId=key)
    kms.create_alias(AliasName="alias/other", TargetKeyId=other)
    (told,) = RotateKey().evidence(targeted(RotateKey, key), aws)
    assert told == Evidence(CALLED, "alias/payments")


def test_a_key_without_an_alias_says_so(aws: MotoAccount) -> None:
    key = plain_client("kms").create_key()["KeyMetadata"]["KeyId"]
    (told,) = RotateKey().evidence(targeted(RotateKey, key), aws)
    assert told == Evidence(CALLED, "it has no alias")
