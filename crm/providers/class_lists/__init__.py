"""Class lists: a provider's references with year groups and areas, from a file or pasted."""
