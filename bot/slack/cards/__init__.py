"""The card of a case, one module per part."""
