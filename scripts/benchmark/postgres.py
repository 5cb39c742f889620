"""A PostgreSQL of our own for as long as somebody listens: python -m benchmark.postgres prints its address."""

import sys

from tests.support.postgres import postgres_url

if __name__ == "__main__":
    with postgres_url() as url:
        print(url, flush=True)
        sys.stdin.read()  # until whoever started this closes it
