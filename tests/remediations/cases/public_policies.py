"""Cases of resource policies that allow everyone something."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from bot.domain.plan import Target
from tests.aws import ACCOUNT
from tests.remediations.contract import PLANTED, Case

PARTNER = "arn:aws:iam::444455556666:root"


class PublicPolicyCase(Case):
    """A public statement with a Sid, one without, and statements that stay."""

    allowed: str
    everything: str

    @abstractmethod
    def get(self) -> dict[str, Any]:
        """The policy."""

    @abstractmethod
    def put(self, document: dict[str, Any]) -> None:
        """Replace the policy."""

    def statements(self) -> list[dict[str, Any]]:
        owner = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Resource": "*"}
        fixed = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
        return [
            {**owner, "Sid": PLANTED, "Action": self.everything},
            {**owner, "Sid": "Open", "Principal": "*", "Action": self.allowed},
            {**owner, "Principal": {"AWS": ["*", PARTNER]}, "Action": [self.allowed]},
            {**owner, "Sid": "Ours", "Principal": "*", "Action": self.allowed, "Condition": fixed},
        ]

    def _edited(self, sid: str, **change: Any) -> None:
        document = self.get()
        document["Statement"] = [{**one, **change} if one.get("Sid") == sid else one for one in document["Statement"]]
        self.put(document)

    def edit_beside(self, target: Target) -> None:
        document = self.get()
        theirs = {**self.statements()[0], "Sid": "Theirs", "Principal": {"AWS": PARTNER}}
        self.put({**document, "Id": "theirs", "Statement": [theirs, *document["Statement"]]})

    def beside(self, target: Target) -> Any:
        document = self.get()
        return document.get("Id"), [
            one for one in document["Statement"] if one.get("Sid") in {"Theirs", PLANTED, "Ours"}
        ]

    def edit_same(self, target: Target) -> None:
        self._edited("Open", Principal={"AWS": PARTNER})
