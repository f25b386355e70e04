"""Use cases: plain values and a World in, nothing but effects on that World out."""
