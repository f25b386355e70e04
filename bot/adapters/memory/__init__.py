"""In-memory implementations of the ports, with fault injection for tests."""
