"""Parsers of external event formats into observations: `read.read` is the entry, each format has its own module."""
