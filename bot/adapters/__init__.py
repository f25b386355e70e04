"""Implementations of the ports: on AWS and Slack, and in memory for tests."""
