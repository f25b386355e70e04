"""IAM: user ids in AWS's format."""

from __future__ import annotations

from string import ascii_uppercase, digits
from typing import Any

from moto.iam.models import User
from moto.moto_api._internal import mock_random

from infra.local.moto_extensions.patching import replace

_new_user = User.__init__
_LENGTH = 17


def new_user(self: Any, *args: Any, **kwargs: Any) -> None:
    """Assign an id with AWS's prefix.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html: a user's unique id begins with AIDA.
    AWS Config names users by this id. moto gives users lower-case ids without the prefix.
    """
    _new_user(self, *args, **kwargs)
    self.id = "AIDA" + "".join(mock_random.choice(ascii_uppercase + digits) for _ in range(_LENGTH))


def install() -> None:
    replace(User, __init__=new_user)
