"""The Lambda runtime: settings, wiring, batches, metrics."""
