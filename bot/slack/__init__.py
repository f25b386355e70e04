"""Slack rendering: cards, modals, pages, shared text, and the identifiers that clicks carry."""
