"""Parsing of the policy file: YAML to `bot.domain.policy.Policy`, or every problem with its line."""

from __future__ import annotations

from functools import lru_cache

from pydantic import ValidationError

from bot.domain.errors import PolicyInvalid
from bot.domain.policy import Policy
from bot.policy_file.build import build
from bot.policy_file.checks import Recipes, check
from bot.policy_file.model import PolicyFile
from bot.policy_file.problems import report, schema
from bot.policy_file.yaml_tree import read_tree

__all__ = ["Recipes", "parse", "schema"]


@lru_cache(maxsize=8)
def parse(text: str, version: str, *, deployed_at: str = "", recipes: Recipes | None = None) -> Policy:
    """Parse the policy in this YAML text, with this version label.

    `deployed_at` is the ISO time of `cards.from: deployment` ('' for no limit). `recipes` are the valid names under
    `remediations`; without them those are not checked. Raises PolicyInvalid with every problem, in the order of the
    lines. Results are cached: ingest needs the policy for every finding, and parsing a long one takes 250 ms.
    """
    tree = read_tree(text)
    check(tree, recipes)
    file = None
    try:
        file = PolicyFile.model_validate(tree.value)
    except ValidationError as error:
        report(error, tree)
    if tree.problems or file is None:
        ordered = sorted(tree.problems, key=lambda problem: problem.line)
        raise PolicyInvalid(tuple(dict.fromkeys(map(str, ordered))))
    return build(file, version, deployed_at)
