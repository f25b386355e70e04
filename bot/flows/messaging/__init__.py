"""Slack input and output shared by several flows: files, modals, charts, channel checks."""
