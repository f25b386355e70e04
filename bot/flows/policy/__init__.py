"""The policy in force, people's identities, and checks of what may be changed."""
