"""Asking every employer again: next year's pledges, proposed from this year's and what came of them."""
