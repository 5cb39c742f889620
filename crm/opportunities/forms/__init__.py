"""The forms of opportunities and places: strings become values here, and nowhere else."""
