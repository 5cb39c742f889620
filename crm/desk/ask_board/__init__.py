"""The ask board: what providers ask for beside what could meet it."""
