"""Remediations for IAM Access Analyzer."""
