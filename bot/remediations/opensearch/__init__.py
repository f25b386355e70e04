"""Remediations for Amazon OpenSearch Service."""
