"""Reading accounts: plans, evidence and undo previews."""
