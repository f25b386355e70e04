"""Remediations for Amazon Inspector."""
