"""cspm-bot: Security Hub findings and Config changes as decisions in Slack."""

__version__ = "0.1.0"
