"""`cspm catalogue`."""
