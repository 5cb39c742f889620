"""Merging employers, undoing it, and saying that two are two. Callers open the unit of work; nothing here commits."""
