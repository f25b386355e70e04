"""Ports implemented on AWS services."""
