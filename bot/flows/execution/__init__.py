"""Runs of approved plans: start, execute, verify, end."""
