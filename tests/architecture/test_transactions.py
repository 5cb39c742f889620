"""One place commits, and only those who stand at the edge open a unit of work."""

import ast
from pathlib import Path

CRM = Path(__file__).parents[2] / "crm"
# A package that outgrew one module keeps the name: `imports/views/uploading.py` stands at the edge as `views.py` did.
EDGES = {"views", "commands", "batch", "submissions", "signing_in"}


def test_only_core_db_commits() -> None:
    commits = {path for path in CRM.rglob("*.py") if _calls(path, "commit")}

    assert commits == {CRM / "core" / "db.py"}


def test_only_edges_open_a_unit_of_work() -> None:
    opening = {path for path in CRM.rglob("*.py") if _calls(path, "committing") or _calls(path, "submitting")}

    assert not [path for path in opening if not EDGES & {path.stem, path.parent.name}]


def _calls(path: Path, name: str) -> bool:
    return any(
        isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", None)) == name
        for node in ast.walk(ast.parse(path.read_text()))
    )
