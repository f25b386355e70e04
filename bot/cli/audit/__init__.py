"""`cspm audit`."""
