"""Remediations for AWS Secrets Manager."""
