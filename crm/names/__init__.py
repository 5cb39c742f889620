"""Names of young people: kept only where their provider chose so, sealed under a key of their own, looks logged."""
