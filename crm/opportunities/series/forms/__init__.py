"""The forms of series: strings become values here, and nowhere else."""
