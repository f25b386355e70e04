"""Secrets Manager: formats, caching and rotation; against ministack."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest

from bot.adapters.aws.secrets import MAX_AGE, ManagedSecrets
from bot.adapters.memory.secrets import StaticSecrets
from bot.domain.errors import Unknown
from infra.local.ministack import Ministack

NAME = "slack/signing-secret"


class Store:
    """Secrets under a unique prefix, and a clock set by the test."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.prefix = f"cspm-{uuid4().hex}"
        self.seconds = 0.0
        self.secrets = ManagedSecrets(client, self.prefix, lambda: self.seconds)

    def put(self, text: str, name: str = NAME) -> None:
        self.client.create_secret(Name=f"{self.prefix}/{name}", SecretString=text)

    def change(self, text: str) -> None:
        self.client.put_secret_value(SecretId=f"{self.prefix}/{NAME}", SecretString=text)


@pytest.fixture
def store(ministack: Ministack) -> Store:
    return Store(ministack.client("secretsmanager"))


def test_a_plain_secret_is_one_value(store: Store) -> None:
    store.put("8f742231b10e8888\n")
    assert store.secrets.get(NAME) == "8f742231b10e8888"
    assert store.secrets.all(NAME) == ("8f742231b10e8888",)


@pytest.mark.parametrize("text", ["12345", '"quoted"', "[1]"])
def test_text_that_happens_to_be_json_is_still_plain(store: Store, text: str) -> None:
    store.put(text)
    assert store.secrets.get(NAME) == text


def test_while_a_secret_is_replaced_both_values_are_valid(store: Store) -> None:
    store.put(json.dumps({"current": "new", "previous": "old"}))
    assert store.secrets.get(NAME) == "new"
    assert store.secrets.all(NAME) == ("new", "old")


def test_a_value_that_was_overwritten_is_not_valid_any_more(store: Store) -> None:
    store.put("leaked")
    store.change("new")
    assert store.secrets.all(NAME) == ("new",)


def test_a_value_is_kept_for_five_minutes(store: Store) -> None:
    store.put("one")
    assert store.secrets.get(NAME) == "one"
    store.change("two")
    store.seconds = MAX_AGE - 1
    assert store.secrets.get(NAME) == "one"
    store.seconds = MAX_AGE
    assert store.secrets.get(NAME) == "two"


def test_a_secret_that_does_not_exist_is_unknown_and_named(store: Store) -> None:
    with pytest.raises(Unknown, match=f"{store.prefix}/digest-key.*ResourceNotFoundException"):
        store.secrets.get("digest-key")


@pytest.mark.parametrize("text", [" ", '{"current": ""}', '{"token": "x"}', '{"current": "x", "previous": 1}', "{}"])
def test_a_secret_without_a_value_is_unknown_and_shows_nothing_of_itself(store: Store, text: str) -> None:
    store.put(text)
    with pytest.raises(Unknown) as problem:
        store.secrets.get(NAME)
    assert "token" not in str(problem.value)


def test_static_secrets_are_as_given() -> None:
    secrets = StaticSecrets({"slack/bot-token": "xoxb", NAME: ("new", "old")})
    assert secrets.get("slack/bot-token") == "xoxb"
    assert secrets.all(NAME) == ("new", "old")
    with pytest.raises(Unknown):
        secrets.get("digest-key")
