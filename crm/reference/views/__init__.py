"""Administration: the council’s lists, settings and term dates."""
