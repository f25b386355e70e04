"""Read accounts for plans, evidence and undo previews."""
