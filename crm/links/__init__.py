"""Links for employers: each a capability for one purpose, kept as a hash."""
