"""E-mails: written down with the change that caused them, sent later by a job."""
