"""Remediations for AWS Lambda."""
