"""Remediations for Amazon SageMaker."""
