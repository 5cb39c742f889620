"""Reading the contact log: its rows, the follow-ups, how much an employer has been asked, how many were logged."""
