"""Remediations for Amazon Cognito."""
