"""Remediations for Elastic Load Balancing."""
