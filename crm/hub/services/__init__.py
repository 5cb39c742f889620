"""What employers do on their page. Callers open the unit of work; nothing here commits."""
