"""Employers that are written down twice: finding them, making one of two, and two again."""
