"""Pages of the contact log and of next steps."""
