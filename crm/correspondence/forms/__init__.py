"""Forms of mails: uploading, checking, filing, discarding, moving."""
