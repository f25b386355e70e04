"""Guidance: exact steps for controls that have no safe automatic fix, a module per topic."""
