"""Implementations of the Slack port on Slack's Web API."""
