"""Remediations for EC2 Auto Scaling."""
