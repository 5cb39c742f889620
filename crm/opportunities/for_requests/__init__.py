"""What was found for a provider's request: places in opportunities."""
