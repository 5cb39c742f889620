"""The counting policies that the council decided, in versions for each academic year."""
