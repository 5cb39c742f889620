"""Run the web server and the scheduler side by side until Ctrl-C, or until one of them ends. Standard library only."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import demo
from set_up import PYTHON, ROOT, SetUpError

HOST = "127.0.0.1"
SECONDS_TO_START = 60
SECONDS_TO_STOP = 10
PORTS_TRIED = 20
THREADS = 8
CTRL_C: int = getattr(signal, "CTRL_BREAK_EVENT", signal.SIGINT)  # the first on Windows


def free_port(asked: int | None, default: int) -> int:
    """The port asked for, or the first free one from the default on.

    Raises SetUpError: the port asked for is taken.
    """
    if asked is not None:
        if _is_taken(asked):
            raise SetUpError(f"Port {asked} is used by another program: choose another with --port.")
        return asked
    for port in range(default, default + PORTS_TRIED):
        if not _is_taken(port):
            if port != default:
                print(f"Port {default} is used by another program, so this runs on {port}; choose with --port.")
            return port
    raise SetUpError(f"Ports {default} to {port} are all used by other programs: choose another with --port.")


def serve(port: int) -> int:
    """Serve until told to stop. The answer is the exit code: 0 when asked to stop, 1 when a program ended by itself."""
    programs: dict[str, subprocess.Popen[bytes]] = {}
    environment = {**os.environ, **demo.settings(port)}
    with _told_to_stop_politely():
        try:
            programs["web server"] = _start(_web_server_command(port, "wsgi:app"), environment)
            programs["scheduler"] = _start(demo.flask("jobs", "run"), environment)
            _wait_until_it_answers(port, programs)
            _greet(port)
            ended = _wait_until_one_ends(programs)
        except KeyboardInterrupt:
            print("\nStopping …", flush=True)
            return 0
        finally:
            _stop(list(programs.values()))
            print("Threefold has stopped.", flush=True)
    print(f"The {ended} ended by itself (see above), so Threefold was stopped.", file=sys.stderr)
    return 1


@contextmanager
def web_server(port: int, application: str, environment: Mapping[str, str]) -> Iterator[int]:
    """The web server alone, for the time of the block. Gives its process's number."""
    server = _start(_web_server_command(port, application), {**os.environ, **environment})
    try:
        _wait_until_it_answers(port, {"web server": server})
        if server.poll() is not None:
            raise SetUpError("The web server ended by itself (see above).")
        yield server.pid
    finally:
        _stop([server])


def _web_server_command(port: int, application: str) -> list[str | Path]:
    return [PYTHON, "-m", "waitress", f"--listen={HOST}:{port}", f"--threads={THREADS}", application]


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        if probe.connect_ex((HOST, port)) == 0:
            return True
    with socket.socket() as probe:
        if os.name != "nt":  # there it means something else
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError):
            return True
    return False


def _start(command: list[str | Path], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start a program that Ctrl-C does not reach directly: we stop both, in our own time."""
    if sys.platform == "win32":
        return subprocess.Popen(command, cwd=ROOT, env=environment, creationflags=subprocess.CREATE_NEW_PROCESS_GROUP)
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, start_new_session=True)


def _wait_until_it_answers(port: int, programs: dict[str, subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        if all(program.poll() is None for program in programs.values()):
            with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
                return
        else:
            return  # which one it was is told by whoever waits next
        time.sleep(0.05)
    raise SetUpError(f"The web server did not answer within {SECONDS_TO_START} seconds.")


def _wait_until_one_ends(programs: dict[str, subprocess.Popen[bytes]]) -> str:
    while True:
        for name, program in programs.items():
            if program.poll() is not None:
                return name
        time.sleep(0.2)


def _greet(port: int) -> None:
    print(f"\nThreefold is running at http://{HOST}:{port}")
    print(f"\nSign in as (role, e-mail address, password):\n{demo.sign_ins()}\nCtrl-C stops it.", flush=True)


@contextmanager
def _told_to_stop_politely() -> Iterator[None]:
    """Take a request to end, or a closed terminal, like Ctrl-C; also where a shell has made us deaf to Ctrl-C."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    before = {number: signal.signal(number, stop) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _stop(programs: list[subprocess.Popen[bytes]]) -> None:
    for program in programs:
        with contextlib.suppress(OSError):
            program.send_signal(CTRL_C)
    deadline = time.monotonic() + SECONDS_TO_STOP
    for program in programs:
        try:
            program.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait()
