"""`cspm access`."""
