"""Remediations for Amazon Kinesis Data Streams."""
