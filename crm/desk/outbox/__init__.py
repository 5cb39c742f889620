"""The outbox as managers see it: what waits, what went out, what failed and why."""
