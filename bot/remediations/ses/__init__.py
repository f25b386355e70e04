"""Remediations for Amazon SES."""
