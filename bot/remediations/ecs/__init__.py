"""Remediations for Amazon ECS."""
