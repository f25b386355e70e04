"""A target's transitions, and what is read about open cases."""
