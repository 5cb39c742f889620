"""What Companies House says about our employers: its public file, loaded; no network call."""
