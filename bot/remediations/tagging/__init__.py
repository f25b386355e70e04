"""Remediations that add required tags, for every service."""
