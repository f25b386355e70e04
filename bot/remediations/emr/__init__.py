"""Remediations for Amazon EMR."""
