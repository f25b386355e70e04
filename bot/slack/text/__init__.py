"""Block Kit constructors and texts that cards, modals and pages share."""
