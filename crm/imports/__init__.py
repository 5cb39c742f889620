"""Bringing in the employers the council already has in spreadsheets. Nothing crashes, nothing is silently dropped."""
