"""Sending a pledge to the employer from its page, and what became of each link."""
