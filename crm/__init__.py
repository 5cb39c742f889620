"""Threefold: employer engagement and pledges. The root is never imported from."""
