"""Remediations for Amazon Macie."""
