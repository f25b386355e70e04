"""Remediations for AWS CloudFormation."""
