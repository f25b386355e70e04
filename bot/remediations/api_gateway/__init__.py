"""Remediations for Amazon API Gateway."""
