"""Remediations for Amazon EFS."""
