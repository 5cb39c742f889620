"""What run.py and test.py share: the Python environment, its packages, the front end. Standard library only.

Everything here may be interrupted at any moment; the next run notices and puts it right.
"""

import contextlib
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from progress import Step

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
INSTANCE = ROOT / "instance"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
UNFINISHED = VENV / "threefold-unfinished"  # exists until everything is installed
LINES_SHOWN = 15  # of a program that failed
UNREACHABLE = (
    "connection broken by",
    "NewConnectionError",
    "Max retries exceeded",
    "Temporary failure in name resolution",
    "ReadTimeoutError",
    "ConnectTimeoutError",
    "ProxyError",
)


class SetUpError(Exception):
    """Set-up cannot go on. The message is one sentence that says what to do, and perhaps a program's last lines."""


def installed(requirements: str) -> bool:
    """Whether `.venv` holds exactly what the pinned files ask for, as far as its stamp says."""
    stamp = _stamp(requirements)
    return (
        PYTHON.exists()
        and not UNFINISHED.exists()
        and stamp.exists()
        and stamp.read_text() == _fingerprint(requirements)
    )


def make_venv(requirements: str, step: Step) -> None:
    """Make `.venv`, or make it anew if it is broken or its last installation was interrupted."""
    if installed(requirements) or _is_sound():
        step.skip("already there")
        return
    if importlib.util.find_spec("ensurepip") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise SetUpError(
            f"This Python cannot make virtual environments: install python{version}-venv "
            f"(Debian, Ubuntu: sudo apt install python{version}-venv) and run this again."
        )
    if VENV.exists():
        step.say("removing an unfinished one")
        _remove(VENV)
    VENV.mkdir()
    UNFINISHED.touch()
    run([sys.executable, "-m", "venv", VENV], step.say, "Python could not make .venv")


def install(requirements: str, step: Step) -> None:
    """Bring the packages of a requirements file into `.venv`, unless its stamp says they are there."""
    if installed(requirements):
        step.skip("already there")
        return
    UNFINISHED.touch()
    command: list[str | Path] = [PYTHON, "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    command += ["--retries", "2", "--progress-bar", "off", "-r", ROOT / requirements]
    try:
        run(command, step.say, "pip could not install the packages", {"PIP_USER": "0"})
    except SetUpError as error:
        if any(sign in str(error) for sign in UNREACHABLE):
            raise SetUpError(
                "The Python package index cannot be reached to install what Threefold stands on: "
                "check the network and run this again."
            ) from error
        raise
    for name in _included_by(requirements):
        _stamp(name).write_text(_fingerprint(name))
    UNFINISHED.unlink()


def build_front_end(step: Step) -> None:
    """Build the styles and scripts, unless what is built is up to date.

    It is a program of its own so that the Node.js it may need comes into `.venv`.
    """
    last = ""

    def say(line: str) -> None:
        nonlocal last
        last = line
        step.say(line.removeprefix("Front end: "))

    run([PYTHON, ROOT / "scripts" / "build_frontend.py"], say, "The styles and scripts could not be built")
    if "up to date" in last:
        step.skip("already built")


def run(
    command: list[str | Path], say: Callable[[str], None], failure: str, environment: Mapping[str, str] | None = None
) -> None:
    """Run a program in the root folder, passing on each line it prints; if it fails, show its last ones.

    Raises SetUpError: the program failed; the message begins with `failure`.
    """
    last: deque[str] = deque(maxlen=LINES_SHOWN)
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1", **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as program:
        try:
            for line in program.stdout or ():
                if line.strip():
                    last.append(line.rstrip())
                    say(line)
        except BaseException:
            program.terminate()
            raise
    if program.returncode:
        raise SetUpError("\n  ".join([f"{failure}. Its last lines:", *last]))


@contextmanager
def only_one_at_a_time(waiting: Callable[[str], None]) -> Iterator[None]:
    """Two set-ups in the same folder would trip over each other: the second waits for the first.

    The operating system releases the lock when the process ends, however it ends.
    """
    INSTANCE.mkdir(exist_ok=True)
    with (INSTANCE / "set-up.lock").open("a+") as file:
        _lock(file.fileno(), waiting)
        yield


def _lock(file: int, waiting: Callable[[str], None]) -> None:
    message = "Another set-up is at work in this folder: waiting for it to finish."
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415

        while True:
            try:
                msvcrt.locking(file, msvcrt.LK_LOCK, 1)  # tries for ten seconds
            except OSError:
                waiting(message)
            else:
                return
    else:
        import fcntl  # noqa: PLC0415

        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting(message)
            fcntl.flock(file, fcntl.LOCK_EX)


def _is_sound() -> bool:
    """Whether `.venv` works. Asked only when packages are missing, as it takes a moment."""
    if UNFINISHED.exists() or not PYTHON.exists():
        return False
    with contextlib.suppress(OSError):
        return subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0
    return False


def _stamp(requirements: str) -> Path:
    return VENV / f"threefold-{requirements}.sha256"


def _fingerprint(requirements: str) -> str:
    """What the stamp holds: the pinned files, and the place, as an environment that was moved is set up anew."""
    digest = hashlib.sha256(str(VENV).encode())
    for name in _included_by(requirements):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def _included_by(requirements: str) -> list[str]:
    lines = (ROOT / requirements).read_text(encoding="utf-8").splitlines()
    return [requirements, *(line.split()[1] for line in lines if line.startswith("-r "))]


def _remove(folder: Path) -> None:
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise SetUpError(
            f"{folder} is broken and cannot be removed ({error.strerror}): remove it and run this again."
        ) from error
