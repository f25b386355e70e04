"""Remediations for Amazon Data Firehose."""
