"""Employers, their sites and the people there: by whom something is promised."""
