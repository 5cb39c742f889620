"""Days on which a provider is closed although it is term time: training days, strikes, a burst pipe."""
