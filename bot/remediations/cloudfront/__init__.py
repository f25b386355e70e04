"""Remediations for Amazon CloudFront."""
