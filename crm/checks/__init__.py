"""What must be in order at a site before young people go there: insurance, and health and safety."""
