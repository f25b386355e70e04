"""The ports, implemented: for the cloud, and as in-memory twins for tests."""
