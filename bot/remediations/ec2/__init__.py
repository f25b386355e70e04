"""Remediations for Amazon EC2 and VPC."""
