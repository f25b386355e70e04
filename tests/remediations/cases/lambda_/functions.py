"""Functions, for cases."""

from __future__ import annotations

import io
import json
import zipfile

from tests.aws import plain_client
from tests.remediations.contract import PLANTED

FUNCTION_NAME = "resize-images"


def make_function() -> str:
    """Create a function, and return its ARN."""
    made = plain_client("lambda").create_function(
        FunctionName=FUNCTION_NAME,
        Runtime="python3.13",
        Handler="main.handler",
        Role=_role(),
        Code={"ZipFile": _code()},
        Environment={"Variables": {"PASSWORD": PLANTED}},
    )
    return str(made["FunctionArn"])


def _code() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("main.py", "def handler(event, context): pass")
    return packed.getvalue()


def _role() -> str:
    trusted = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trusted]})
    role: str = plain_client("iam").create_role(RoleName="resize", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    return role
