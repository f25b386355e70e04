"""Remediations for Amazon ECR."""
