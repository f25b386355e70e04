"""`cspm policy`."""
