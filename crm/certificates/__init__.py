"""What an employer gets for its pledge of a year: a certificate for the wall and a badge for its website."""
