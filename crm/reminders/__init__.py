"""What is said by itself around an opportunity: before it, on its day, after it, and while it has free places."""
