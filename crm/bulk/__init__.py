"""Changing many employers at once: prepared, looked at, done in one transaction, undone as one."""
