"""Remediations for Amazon MSK."""
