"""What is pinned is what runs here, and nothing is pinned twice."""

import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PIN = re.compile(r"([A-Za-z0-9._-]+)(?:\[\w+\])?==(\S+?)(?:\s+#.*)?")


def pins(name: str) -> list[tuple[str, str]]:
    """Each line of a requirements file as name and version; a line that pins nothing fails."""
    lines = (ROOT / name).read_text().splitlines()
    found = [PIN.fullmatch(line) for line in lines if line and not line.startswith(("#", "-r "))]
    assert all(found), "each line pins one package to one version"
    return [(match[1], match[2]) for match in found if match]


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_every_package_is_pinned_once_to_the_version_that_runs(file: str) -> None:
    pinned = pins(file)

    assert len({name.lower() for name, _ in pinned}) == len(pinned)
    assert {name: _installed(name) for name, _ in pinned} == dict(pinned)


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
