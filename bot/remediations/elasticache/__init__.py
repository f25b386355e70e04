"""Remediations for Amazon ElastiCache."""
