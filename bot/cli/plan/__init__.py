"""`cspm plan`."""
