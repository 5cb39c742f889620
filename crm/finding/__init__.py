"""The index behind the search: what is in it, how a question is read, which rows answer it. Knows no feature above."""
