"""Reading what a merge would do, what it did, and which employers look alike."""
