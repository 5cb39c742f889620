"""Sending a pledge to an employer, and what the employer answers by its own hand."""
