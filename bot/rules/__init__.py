"""Custom AWS Config rules: one module for each subject, each with a tuple `RULES`."""
