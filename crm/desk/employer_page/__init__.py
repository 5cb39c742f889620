"""The page of one employer: what it is, whom to call, what was said, promised, arranged and changed."""
