import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import demo
import pytest
import serving
from set_up import SetUpError

ENDS = [sys.executable, "-c", "print('I am done')"]


@contextmanager
def somebody_listening() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def free() -> int:
    with somebody_listening() as port:
        return port


def test_a_port_in_use_is_refused_when_it_was_asked_for() -> None:
    with somebody_listening() as port, pytest.raises(SetUpError, match=rf"^Port {port} is used .* with --port\.$"):
        serving.free_port(port, default=5000)


def test_a_default_port_in_use_gives_way_to_the_next(capsys: pytest.CaptureFixture[str]) -> None:
    with somebody_listening() as port:
        assert serving.free_port(None, default=port) > port

    assert f"Port {port} is used by another program" in capsys.readouterr().out


def test_when_the_scheduler_ends_the_web_server_is_stopped_and_it_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    port = free()
    web_server = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1", "--directory", str(tmp_path)]
    monkeypatch.setattr(serving, "_web_server_command", lambda *_: web_server)
    monkeypatch.setattr(demo, "flask", lambda *_: ENDS)
    monkeypatch.setattr(demo, "settings", lambda _port: {})
    monkeypatch.setattr(demo, "sign_ins", lambda: "officer  officer@example.com")

    code = serving.serve(port)

    assert code == 1
    assert "The scheduler ended by itself" in capfd.readouterr().err
    assert serving.free_port(port, default=port) == port  # nobody is listening any more
