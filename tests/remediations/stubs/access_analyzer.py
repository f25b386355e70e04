"""IAM Access Analyzer: analyzers and their archive rules."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.stubs import StubError, StubService

_MADE = datetime(2024, 5, 1, tzinfo=UTC)


class AccessAnalyzer(StubService):
    """https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_Operations.html."""

    service = "accessanalyzer"

    def __init__(self, account: str, region: str) -> None:
        super().__init__(account, region)
        self.analyzers: dict[str, dict[str, Any]] = {}
        self.rules: dict[str, list[dict[str, Any]]] = {}

    def create_analyzer(self, *, analyzerName: str, type: str, tags: Any = None) -> Any:  # noqa: A002, N803 - AWS's
        """API_CreateAnalyzer: a name is given once, and an account has one analyzer of external access at most."""
        taken = [one for one in self.analyzers.values() if one["type"] == type or one["name"] == analyzerName]
        if taken:
            raise StubError("ConflictException", "Analyzer exists", 409)
        arn = f"arn:aws:access-analyzer:{self.region}:{self.account}:analyzer/{analyzerName}"
        made = {"arn": arn, "name": analyzerName, "type": type, "status": "ACTIVE", "createdAt": _MADE}
        self.analyzers[analyzerName] = {**made, "tags": tags or {}}
        return {"arn": arn}

    def list_analyzers(self, *, type: str = "") -> Any:  # noqa: A002 - AWS's
        """API_ListAnalyzers."""
        return {"analyzers": [one for one in self.analyzers.values() if type in ("", one["type"])]}

    def delete_analyzer(self, *, analyzerName: str) -> None:  # noqa: N803 - AWS's
        """API_DeleteAnalyzer: with its findings and archive rules."""
        if analyzerName not in self.analyzers:
            raise StubError("ResourceNotFoundException", "Analyzer not found", 404)
        del self.analyzers[analyzerName]
        self.rules.pop(analyzerName, None)

    def create_archive_rule(self, *, analyzerName: str, ruleName: str, filter: Any) -> None:  # noqa: A002, N803 - AWS's
        """API_CreateArchiveRule."""
        rule = {"ruleName": ruleName, "filter": filter, "createdAt": _MADE, "updatedAt": _MADE}
        self.rules.setdefault(analyzerName, []).append(rule)

    def list_archive_rules(self, *, analyzerName: str) -> Any:  # noqa: N803 - AWS's
        """API_ListArchiveRules."""
        if analyzerName not in self.analyzers:
            raise StubError("ResourceNotFoundException", "Analyzer not found", 404)
        return {"archiveRules": self.rules.get(analyzerName, [])}
