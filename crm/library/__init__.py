"""The job-role library: short videos and presentations in which people at work say what they do. Links, not files."""
