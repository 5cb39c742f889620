"""The forms of pledges: strings become values here, and nowhere else."""
