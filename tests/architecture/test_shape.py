"""What import-linter cannot see: key direction, module length, endpoints in templates, macros nobody uses."""

import re
import tomllib
from pathlib import Path

from flask import Flask

from crm.app import create_app  # noqa: F401  # loads every model
from crm.core.db import Base

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "crm" / "templates"
LONGEST_MODULE = 300  # lines; past this a module is two modules


def test_foreign_keys_point_the_way_imports_do() -> None:
    layers = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]["layers"]
    height = {name: -index for index, line in enumerate(layers) for name in re.findall(r"\w+", line)}
    feature = {mapper.class_.__tablename__: mapper.class_.__module__.split(".")[1] for mapper in Base.registry.mappers}

    upward = [
        f"{table}.{key.parent.name} -> {key.column.table}"
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if height[feature[table.name]] < height[feature[key.column.table.name]]
    ]

    assert not upward


def test_every_foreign_key_refuses_to_leave_orphans() -> None:
    lax = [
        str(key.parent)
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.ondelete != "RESTRICT"
    ]

    assert not lax


def test_no_module_has_outgrown_one_idea() -> None:
    long = [path for path in (ROOT / "crm").rglob("*.py") if len(path.read_text().splitlines()) > LONGEST_MODULE]

    assert not long


def test_every_endpoint_a_template_links_to_exists(app: Flask) -> None:
    known = {rule.endpoint for rule in app.url_map.iter_rules()}

    unknown = [
        f"{path.relative_to(TEMPLATES)}: {endpoint}"
        for path in TEMPLATES.rglob("*.html")
        for endpoint in re.findall(r"""url_for\(\s*["']([^"']+)["']""", path.read_text())
        if endpoint not in known
    ]

    assert not unknown


def test_templates_write_no_inline_style_or_script() -> None:
    inline = [
        str(path.relative_to(TEMPLATES))
        for path in TEMPLATES.rglob("*.html")
        if path != TEMPLATES / "emails" / "letter.html"  # a mail cannot bring a style sheet
        and re.search(r"""\sstyle=|\son[a-z]+=["']|<style""", path.read_text())
    ]

    assert not inline
