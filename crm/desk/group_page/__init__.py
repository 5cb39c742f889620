"""The page of one group: its members, and whose voice is missing beside all engaged employers."""
