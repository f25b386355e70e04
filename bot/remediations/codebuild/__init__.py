"""Remediations for AWS CodeBuild."""
