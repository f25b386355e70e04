"""Decisions: verify the click, check rights, apply the answer."""
