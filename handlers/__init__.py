"""Lambda entry points: one module per function, each a few lines around the use cases."""
