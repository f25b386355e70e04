"""The policy in force, who a person is, and what may be changed."""
