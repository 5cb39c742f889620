"""Northmoor: an invented city to try Threefold with. Every person and organisation in it is made up."""
