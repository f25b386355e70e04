"""Remediations for AWS IAM."""
