"""The build of the styles and scripts, without npm."""

import json
from pathlib import Path

import build_frontend
import pytest

ROOT = Path(__file__).parents[3]


def test_a_file_is_addressed_by_its_content_and_by_that_of_those_it_mentions(tmp_path: Path) -> None:
    def hashes(vendor: str) -> dict[str, str]:
        (tmp_path / "htmx.min.js").write_text(vendor)
        (tmp_path / "later.js").write_text('import "./htmx.min.js";')
        (tmp_path / "init.js").write_text('import("./later.js");')
        build_frontend._write_manifest(tmp_path)
        return dict(json.loads((tmp_path / "manifest.json").read_text()))

    before = hashes("1")
    (tmp_path / "manifest.json").unlink()
    after = hashes("2")

    assert set(before) == {"htmx.min.js", "later.js", "init.js"}
    assert all(before[name] != after[name] for name in before)
    assert f'"./htmx.min.js?v={after["htmx.min.js"]}"' in (tmp_path / "later.js").read_text()


@pytest.mark.parametrize("rule", ["a{font-family:GDS Transport}", "a{background:url(images/govuk-crest.svg)}"])
def test_what_only_gov_uk_may_use_stops_the_build(tmp_path: Path, rule: str) -> None:
    (tmp_path / "staff.css").write_text(rule)

    with pytest.raises(build_frontend.BuildFailed, match="only GOV"):
        build_frontend._refuse_forbidden(tmp_path)


def test_nothing_is_done_when_nothing_changed(tmp_path: Path) -> None:
    sources, target = tmp_path / "crm" / "frontend", tmp_path / "crm" / "static" / "build"
    sources.mkdir(parents=True)
    target.mkdir(parents=True)
    (sources / "package.json").write_text("{}")
    (sources / "package-lock.json").write_text("{}")
    (target / "stamp").write_text(build_frontend._fingerprint(sources))
    told: list[str] = []

    build_frontend.build(tmp_path, told.append)

    assert told == ["Front end: up to date"]


def test_the_lock_file_names_no_registry() -> None:
    packages = json.loads((ROOT / "crm" / "frontend" / "package-lock.json").read_text())["packages"]

    assert not [name for name, package in packages.items() if "resolved" in package]
    assert all("integrity" in package for name, package in packages.items() if name)
