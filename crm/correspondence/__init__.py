"""E-mail to the log: reading what was dropped, uploaded or mailed to us, filing it, and the tray for what waits."""
