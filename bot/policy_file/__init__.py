"""The policy file: YAML that people write → `bot.domain.policy.Policy`, or every problem with its line."""

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
    """The policy in this YAML text, under this version's label.

    `deployed_at` is the ISO time that `cards.from: deployment` stands for ('' lets every finding have a card).
    `recipes` is what may stand under `remediations`; without it that is not looked at.
    Raises PolicyInvalid with every problem that was found, in the order of the lines. The same text is read once:
    ingest asks for the policy with every finding, and reading a long one takes a quarter of a second.
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
