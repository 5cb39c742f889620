"""Importing in the browser: upload or paste, look at what it would do, import, read the report, undo."""
