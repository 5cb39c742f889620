"""Providers, how many young people they have, and the young people who take part."""
