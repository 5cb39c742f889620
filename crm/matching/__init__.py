"""Matching: which of the open places would bring the most young people towards three, proposed to an officer."""
