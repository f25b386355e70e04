"""Ports implemented on Slack's Web API."""
