"""Mentoring programmes and repeated talks: opportunities that a rule makes, and what is done to several at once."""
