"""Remediations for AWS Network Firewall."""
