"""Remediations for Amazon DynamoDB."""
