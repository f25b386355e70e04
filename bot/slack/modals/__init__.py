"""Modals, one module per form."""
