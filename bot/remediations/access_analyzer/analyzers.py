"""The external access analyzer of IAM Access Analyzer, in every Region."""

from __future__ import annotations

from typing import Final

from bot.domain.errors import Stopped
from bot.domain.plan import Reversible, Target
from bot.domain.ports import Account
from bot.remediations.toolkit.aws_calls import none_if, paginated
from bot.remediations.toolkit.toggle import Toggle

NAME: Final = "cspm-external-access"
_EXTERNAL_ACCESS_TYPES: Final = ("ACCOUNT", "ORGANIZATION")
_ROLE: Final = "access-analyzer.amazonaws.com/AWSServiceRoleForAccessAnalyzer"


class AnalyseExternalAccess(Toggle):
    """Create an external access analyzer, which is free. Its name is fixed, so that a retry after a crash finds it.

    Undo deletes the analyzer with its findings, unless somebody has added archive rules since.
    """

    title = "Look for what is shared outside the account"
    problem = "No analyzer of external access"
    controls = ("IAM.28",)
    config_rules = ("IAM_EXTERNAL_ACCESS_ANALYZER_ENABLED",)
    resource_type = "AWS::AccessAnalyzer::Analyzer"
    reversible = Reversible.PARTLY
    not_restored = "what the analyzer has found by then, which goes with it"
    reads = ("access-analyzer:ListAnalyzers", "access-analyzer:ListArchiveRules")
    writes = ("access-analyzer:CreateAnalyzer", "access-analyzer:DeleteAnalyzer", "iam:CreateServiceLinkedRole")
    proved_on = "stub"
    setting = "external access analyzer"
    compliant_value = True

    def is_on(self, target: Target, aws: Account) -> bool:
        """Return whether an analyzer of the account or of its organization is active in the Region."""
        analyzers = paginated(aws.client("accessanalyzer"), "list_analyzers", "analyzers")
        return any(one["status"] == "ACTIVE" for one in analyzers if one["type"] in _EXTERNAL_ACCESS_TYPES)

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:
        """Create or delete the analyzer. Raise Stopped if the analyzer to delete has archive rules."""
        client = aws.client("accessanalyzer")
        if on:
            none_if(lambda: client.create_analyzer(analyzerName=NAME, type="ACCOUNT"), "ConflictException")
            return
        rules = none_if(lambda: client.list_archive_rules(analyzerName=NAME), "ResourceNotFoundException")
        if rules and rules["archiveRules"]:
            raise Stopped("the analyzer has archive rules by now, which would go with it")
        none_if(lambda: client.delete_analyzer(analyzerName=NAME), "ResourceNotFoundException")

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """Return the ARNs of the analyzer and of its service-linked role."""
        where = target.resource
        return (
            f"arn:{where.partition}:access-analyzer:{where.region}:{where.account}:analyzer/{NAME}",
            f"arn:{where.partition}:iam::{where.account}:role/aws-service-role/{_ROLE}",
        )
