"""Bring a new database up to date and ask whether the models agree with it.

python -m tests.support.migrations sqlite|postgres
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.postgres import postgres_url


def main(kind: str) -> int:
    with _empty_database(kind) as url:
        settings = {"THREEFOLD_DEMO": "1", "SECRET_KEY": "0" * 32, "DATABASE_URL": url}
        for command in ("upgrade", "check"):
            program = [sys.executable, "-m", "flask", "--app", "wsgi", "db", command]
            code = subprocess.run(program, env={**os.environ, **settings}, check=False).returncode
            if code:
                return code
    return 0


@contextmanager
def _empty_database(kind: str) -> Iterator[str]:
    if kind == "postgres":
        with postgres_url() as url:
            yield url
    else:
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{Path(folder, 'migrations.db').as_posix()}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
