"""What of the job-role library to watch before an opportunity."""
