"""Remediations for Amazon CloudWatch."""
