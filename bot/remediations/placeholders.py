"""Names in the policy that differ by account and Region: `access-logs-{account}-{region}`."""

from __future__ import annotations

from bot.domain.errors import Refusal
from bot.domain.plan import Target


def filled(text: str, target: Target) -> str:
    """The text with the target's own values in it. Raises Refusal for a placeholder that there is not."""
    where = target.resource
    values = {"account": where.account, "region": where.region, "partition": where.partition, "name": where.name}
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    if "{" in text or "}" in text:
        raise Refusal(f"the policy names {text!r}; the placeholders are {', '.join(f'{{{name}}}' for name in values)}")
    return text
