"""`cspm member-template`."""
