"""When somebody leaves: what they own goes to colleagues, what they did stays theirs."""
