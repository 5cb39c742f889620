"""History: who changed what, when, from what to what. Append-only, and it outlives the accounts it names."""
