"""Messages and pages that are not cards: score, digest, Home, lists, charts."""
