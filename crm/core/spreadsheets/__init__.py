"""Reading and writing .xlsx and CSV. Knows nothing of employers or pledges."""
