"""The forms of employers, contacts and sites: strings become values here, and nowhere else."""
