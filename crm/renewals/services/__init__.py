"""Changing renewal runs. Callers open the unit of work; nothing here commits."""
