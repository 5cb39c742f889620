"""Whom a mail concerns, and what is in the tray."""
