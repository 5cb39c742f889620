"""The daily digest: what waits for an officer, by e-mail, on the mornings of working days."""
