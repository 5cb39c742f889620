"""Mails to employers that were given up: somebody is told, as a next step on their day."""
