"""Remediations for Amazon EKS."""
