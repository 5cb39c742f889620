"""The search: what was found of every kind, for whom, and why it matches."""
