import subprocess
import sys
from pathlib import Path

import pytest
import set_up
from progress import Step


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with pinned files and an environment that needs no installing."""
    monkeypatch.setattr(set_up, "ROOT", tmp_path)
    monkeypatch.setattr(set_up, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(set_up, "UNFINISHED", tmp_path / ".venv" / "unfinished")
    monkeypatch.setattr(set_up, "PYTHON", Path(sys.executable))
    (tmp_path / ".venv").mkdir()
    (tmp_path / "requirements.txt").write_text("flask==1\n")
    (tmp_path / "requirements-dev.txt").write_text("-r requirements.txt\nruff==1\n")
    return tmp_path


def stub_pip(monkeypatch: pytest.MonkeyPatch, *, fails_with: str | None = None) -> list[str]:
    installed: list[str] = []

    def run(command: list[str | Path], *_: object) -> None:
        if fails_with:
            raise set_up.SetUpError(fails_with)
        installed.append(Path(command[-1]).name)

    monkeypatch.setattr(set_up, "run", run)
    return installed


def test_packages_are_installed_once(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = stub_pip(monkeypatch)

    set_up.install("requirements.txt", Step("Packages"))
    set_up.install("requirements.txt", Step("Packages"))

    assert installed == ["requirements.txt"]


def test_a_changed_pin_is_installed_also_when_another_file_includes_it(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = stub_pip(monkeypatch)
    set_up.install("requirements-dev.txt", Step("Packages"))

    (root / "requirements.txt").write_text("flask==2\n")
    set_up.install("requirements-dev.txt", Step("Packages"))

    assert installed == ["requirements-dev.txt", "requirements-dev.txt"]


def test_who_has_what_tests_need_has_what_the_application_needs(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stub_pip(monkeypatch)

    set_up.install("requirements-dev.txt", Step("Packages"))

    assert set_up.installed("requirements.txt")


def test_an_interrupted_installation_is_begun_again_from_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[str | Path]] = []
    monkeypatch.setattr(set_up, "run", lambda command, *_: commands.append(command))
    (root / ".venv" / "half-a-package").touch()
    set_up.UNFINISHED.touch()

    set_up.make_venv("requirements.txt", Step("Python environment"))

    assert [command[1:3] for command in commands] == [["-m", "venv"]]
    assert not (root / ".venv" / "half-a-package").exists()


def test_a_missing_network_is_said_in_one_sentence(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stub_pip(monkeypatch, fails_with="…\nRetrying after connection broken by 'NewConnectionError'\nERROR: none")

    with pytest.raises(set_up.SetUpError, match=r"^The Python package index cannot be reached.*run this again\.$"):
        set_up.install("requirements.txt", Step("Packages"))


def test_another_failure_shows_the_last_lines_of_the_program(root: Path) -> None:
    program = "print('what went wrong'); raise SystemExit(3)"

    with pytest.raises(set_up.SetUpError, match=r"^It failed\. Its last lines:\n  what went wrong"):
        set_up.run([sys.executable, "-c", program], lambda _: None, "It failed")


def test_an_older_python_is_told_what_it_needs_to_be() -> None:
    program = "import sys; sys.version_info = (3, 9); sys.path.insert(0, 'scripts'); import run"

    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert told.stderr == "Threefold needs Python 3.11 or newer, and this is 3.9.\n"
