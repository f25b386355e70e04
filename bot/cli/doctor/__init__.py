"""`cspm doctor`."""
