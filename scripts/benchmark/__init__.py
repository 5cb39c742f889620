"""What scripts/bench.py runs inside `.venv`: making the data, serving it, measuring it."""
