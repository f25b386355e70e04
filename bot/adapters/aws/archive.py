"""The archive of the audit record: an S3 bucket with Object Lock."""

from __future__ import annotations

import base64
from typing import Any, Final

from bot.adapters.aws.errors import AWS_ERRORS, THROTTLES, code_of, message_of
from bot.domain.errors import Busy, Unknown

_NOT_FOUND: Final = frozenset({"404", "NoSuchKey", "NotFound"})
_BUSY: Final = THROTTLES | {"503", "InternalError", "ServiceUnavailable"}


class S3Archive:
    """`Archive` on S3. The bucket's default retention locks each object."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def digest(self, name: str) -> str:
        """Return S3's own SHA-256 of the current version, '' for none. Raises Busy, Unknown."""
        try:
            found = self._client.head_object(Bucket=self._bucket, Key=name, ChecksumMode="ENABLED")
        except AWS_ERRORS as problem:
            if code_of(problem) in _NOT_FOUND:
                return ""
            raise _translated(code_of(problem), message_of(problem)) from problem
        return base64.b64decode(found.get("ChecksumSHA256", "")).hex()

    def put(self, name: str, content: bytes) -> None:
        """Store a new version; Object Lock requires a checksum. Raises Busy, Unknown."""
        try:
            self._client.put_object(
                Bucket=self._bucket,
                Key=name,
                Body=content,
                ContentType="application/x-ndjson",
                ChecksumAlgorithm="SHA256",
            )
        except AWS_ERRORS as problem:
            raise _translated(code_of(problem), message_of(problem)) from problem


def _translated(code: str, message: str) -> Busy | Unknown:
    text = f"the call of the audit bucket failed: {code}: {message}"
    return Busy(text, retry_after=5) if code in _BUSY else Unknown(text)
