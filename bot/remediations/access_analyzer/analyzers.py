"""IAM Access Analyzer: what is shared outside the account is looked for, in every Region."""

from __future__ import annotations

from typing import Final

from bot.domain.errors import Stopped
from bot.domain.plan import Reversible, Target
from bot.domain.ports import Account
from bot.remediations.toolkit.aws_calls import none_if
from bot.remediations.toolkit.toggle import Toggle

NAME: Final = "cspm-external-access"
_EXTERNAL: Final = ("ACCOUNT", "ORGANIZATION")
_ROLE: Final = "access-analyzer.amazonaws.com/AWSServiceRoleForAccessAnalyzer"


class AnalyseExternalAccess(Toggle):
    """Make an analyzer of external access under one name, so that one made before a crash is found again; it is free.

    Undo deletes that analyzer, with what it has found; it does not where somebody has given it archive rules since.
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

    def is_on(self, target: Target, aws: Account) -> bool:  # of the account and Region
        """Whether an analyzer of the account or of its organisation works in the Region."""
        pages = aws.client("accessanalyzer").get_paginator("list_analyzers").paginate()
        found = [one for page in pages for one in page["analyzers"] if one["type"] in _EXTERNAL]
        return any(one["status"] == "ACTIVE" for one in found)

    def turn(self, target: Target, aws: Account, *, on: bool) -> None:  # of the account and Region
        """Raises Stopped where the analyzer has rules that somebody else gave it."""
        analyzer = aws.client("accessanalyzer")
        if on:
            none_if(lambda: analyzer.create_analyzer(analyzerName=NAME, type="ACCOUNT"), "ConflictException")
            return
        rules = none_if(lambda: analyzer.list_archive_rules(analyzerName=NAME), "ResourceNotFoundException")
        if rules and rules["archiveRules"]:
            raise Stopped("the analyzer has archive rules by now, which would go with it")
        none_if(lambda: analyzer.delete_analyzer(analyzerName=NAME), "ResourceNotFoundException")

    def write_resources(self, target: Target) -> tuple[str, ...]:
        """The analyzer that is made, and the role that it works with."""
        where = target.resource
        return (
            f"arn:{where.partition}:access-analyzer:{where.region}:{where.account}:analyzer/{NAME}",
            f"arn:{where.partition}:iam::{where.account}:role/aws-service-role/{_ROLE}",
        )
