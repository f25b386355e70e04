"""Remediations for AWS Database Migration Service."""
