"""Which checks of sites have run out or soon will, and asking for them."""
