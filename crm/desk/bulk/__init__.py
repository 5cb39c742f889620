"""Choosing employers on their list, and what to do with them."""
