"""Custom AWS Config rules: a module per subject, a `RULES` tuple in each."""
