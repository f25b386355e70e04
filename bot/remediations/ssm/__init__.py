"""Remediations for AWS Systems Manager."""
