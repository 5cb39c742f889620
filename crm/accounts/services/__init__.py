"""Changing accounts: sign-ins, passwords, users. Callers open the unit of work; nothing here commits."""
