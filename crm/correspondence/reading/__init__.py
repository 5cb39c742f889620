"""Reading e-mails and calendar files. Pure, and made for hostile input: one refusal, no other exception, no network."""
