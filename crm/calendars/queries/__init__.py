"""What is on, and which feeds there are."""
