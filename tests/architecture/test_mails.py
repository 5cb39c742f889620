"""What every e-mail has, whoever writes it."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]


def mails_written() -> Iterator[tuple[str, dict[str, str]]]:
    """Where the application owes somebody a mail, and what it says about it in the code."""
    for path in (ROOT / "crm").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "enqueue":
                given = {each.arg: ast.unparse(each.value) for each in node.keywords if each.arg}
                yield f"{path.relative_to(ROOT)}:{node.lineno}", given


def test_every_mail_has_both_looks() -> None:
    written = dict(mails_written())

    assert len(written) > 5
    assert [where for where, given in written.items() if "html" not in given or "body" not in given] == []


def test_no_subject_names_anybody() -> None:
    named = [where for where, given in mails_written() if ".name" in given["subject"] or ".email" in given["subject"]]

    assert named == []
