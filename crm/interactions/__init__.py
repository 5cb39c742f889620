"""The contact log: what was said, and what is to happen next."""
