"""Employers, their sites and the people who speak for them."""
