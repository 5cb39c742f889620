"""Filling in forms as a browser without scripts does."""

import re
from collections.abc import Mapping
from itertools import count

from werkzeug.test import TestResponse

from tests.conftest import CarefulClient

_keys = count()


def post(client: CarefulClient, path: str, /, **answers: object) -> TestResponse:
    """Send a form of its own, never a second click."""
    return client.post(path, data={"submission_key": f"key {next(_keys)}", **answers})


def typed(page: str) -> dict[str, object]:
    """The answers that the first form to fill in on a page would send as it stands."""
    form = page[page.index('<form method="post" novalidate') :]
    form = form[: form.index("</form>")]
    answers: dict[str, object] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        given: Mapping[str, str] = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if given.get("type") in {"checkbox", "radio"}:
            if " checked" in tag:
                chosen = answers.setdefault(given["name"], [])
                assert isinstance(chosen, list)
                chosen.append(given["value"])
        else:
            answers[given["name"]] = given.get("value", "")
    answers |= re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>([^<]*)</textarea>', form)
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        found = re.search(r'value="([^"]*)"\s+selected', options)
        answers[name] = found[1] if found else ""
    return answers
