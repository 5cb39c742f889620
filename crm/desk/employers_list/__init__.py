"""The list of employers, with what the contact log, the pledges and the figures say of each."""
