"""Remediations for Amazon Athena."""
