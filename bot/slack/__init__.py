"""Slack's side: what people see, and how their clicks come in."""
