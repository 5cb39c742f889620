"""The demo installation that run.py keeps under instance/: its settings, database and data. Standard library only."""

import contextlib
import os
import secrets
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

from progress import Step
from set_up import INSTANCE, PYTHON, ROOT, SetUpError, run

DATABASE = INSTANCE / "demo.db"
STATE = INSTANCE / "demo-data"  # "loading", "loaded" or "empty": what became of the demo data of DATABASE
SIGN_INS = INSTANCE / "demo-sign-ins"
SECRET_KEY = INSTANCE / "demo-secret-key"
SHORTEST_SECRET_KEY = 32  # characters


def settings(port: int = 5000) -> dict[str, str]:
    """The environment of the programs: always the demo's own, whatever else this terminal is set up for."""
    return {
        "THREEFOLD_DEMO": "1",
        "DATABASE_URL": f"sqlite:///{DATABASE.as_posix()}",
        "SECRET_KEY": _secret_key(),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "TRUSTED_HOSTS": "127.0.0.1,localhost",
        "MAIL_URL": f"folder:{(INSTANCE / 'mail').as_posix()}",
    }


def flask(*arguments: str) -> list[str | Path]:
    return [PYTHON, "-m", "flask", "--app", "wsgi", *arguments]


def run_command(words: list[str]) -> int:
    """Run one of our commands on the demo, where the terminal is: files are named from there. Gives its exit code."""
    command: list[str | Path] = [PYTHON, "-m", "flask", "--app", ROOT / "wsgi.py", *words]
    return subprocess.run(command, env={**os.environ, **settings()}, check=False).returncode


def remove_database() -> None:
    """Remove the demo database, which only run.py makes; no other file is touched."""
    try:
        for part in ("", "-wal", "-shm"):
            Path(f"{DATABASE}{part}").unlink(missing_ok=True)
    except OSError as error:
        raise SetUpError(
            f"{DATABASE} cannot be removed ({error.strerror}): stop the Threefold that uses it and run this again."
        ) from error
    STATE.unlink(missing_ok=True)


def bring_up_to_date(step: Step) -> None:
    if _state() == "loading":
        step.say("the last loading of demo data was interrupted: beginning again")
        remove_database()
    if _newest_migration() == _migration_of_database():
        step.skip("up to date")
        return
    _run_flask(step.say, "The database could not be brought up to date", "db", "upgrade")


def _newest_migration() -> str:
    """Migrations are numbered by hand, so the newest has the highest number."""
    return max(path.name.partition("_")[0] for path in (ROOT / "migrations" / "versions").glob("[0-9]*.py"))


def _migration_of_database() -> str:
    if not DATABASE.exists():
        return ""
    with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(DATABASE)) as database:
        return str(database.execute("SELECT version_num FROM alembic_version").fetchone()[0])
    return ""


def load_data(step: Step, *, empty: bool) -> None:
    """Load demo data into a new database. One that has been in use is left as it is."""
    if _state():
        step.skip("already there" if _state() == "loaded" else "not loaded, as asked for at the first start")
        return
    _write_state("loading")
    arguments = ["seed-demo", "--empty"] if empty else ["seed-demo"]
    people: list[str] = []
    _run_flask(people.append, "The demo data could not be loaded", *arguments)
    SIGN_INS.write_text("".join(f"  {line}" for line in people), encoding="utf-8")
    _write_state("empty" if empty else "loaded")
    if empty:
        step.skip("sign-ins only")


def sign_ins() -> str:
    """Who can sign in to the demonstration, as its loading told: role, e-mail address, password."""
    return SIGN_INS.read_text(encoding="utf-8") if SIGN_INS.exists() else ""


def _run_flask(say: Callable[[str], None], failure: str, *arguments: str) -> None:
    run(flask(*arguments), say, failure, settings())


def _state() -> str:
    return STATE.read_text(encoding="utf-8") if STATE.exists() and DATABASE.exists() else ""


def _write_state(state: str) -> None:
    STATE.write_text(state, encoding="utf-8")


def _secret_key() -> str:
    """The demo's own key, made once and readable by its owner only."""
    if not SECRET_KEY.exists() or len(SECRET_KEY.read_text(encoding="ascii")) < SHORTEST_SECRET_KEY:
        draft = SECRET_KEY.with_suffix(".draft")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        draft.replace(SECRET_KEY)
    return SECRET_KEY.read_text(encoding="ascii")
