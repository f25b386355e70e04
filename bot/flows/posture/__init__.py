"""Score, trend, lists, digest, snapshots and metrics."""
