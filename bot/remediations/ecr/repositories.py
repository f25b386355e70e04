"""Calls about ECR repositories that several remediations share."""

from __future__ import annotations

from typing import Any

from bot.domain.plan import Target
from bot.domain.ports import Account
from bot.remediations.toolkit.aws_calls import gone_if, name_after


def repository_name(target: Target) -> str:
    return name_after(":repository/", target)


def repository_of(aws: Account, target: Target) -> dict[str, Any]:
    """Return the repository. Raise ResourceGone."""
    with gone_if("RepositoryNotFoundException"):
        response = aws.client("ecr").describe_repositories(repositoryNames=[repository_name(target)])
    repository: dict[str, Any] = response["repositories"][0]
    return repository
