"""Remediations for Amazon Redshift."""
