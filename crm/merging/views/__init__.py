"""Pages about employers that are written down twice."""
