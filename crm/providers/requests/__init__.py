"""What providers ask for: a kind of opportunity, for so many young people, by when; and what became of it."""
