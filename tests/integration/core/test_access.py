"""Every address, every method, every role: who may not is turned away before anything happens."""

import pytest
from flask import Flask
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, Rule

from crm.core.access import PUBLIC, Role, allowed_roles
from tests.conftest import CarefulClient
from tests.factories import UserFactory

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


def rules_with_methods(app: Flask) -> list[tuple[Rule, str]]:
    return [(rule, method) for rule in app.url_map.iter_rules() for method in METHODS if method in (rule.methods or ())]


def address(app: Flask, rule: Rule) -> str:
    """An address of the rule, of things that do not exist."""
    values = {name: _some_value(converter) for name, converter in rule._converters.items()}
    return app.url_map.bind("localhost").build(rule.endpoint, values)


def test_who_has_not_signed_in_is_asked_to_everywhere_but_on_public_pages(app: Flask, client: CarefulClient) -> None:
    wrong = []
    for rule, method in rules_with_methods(app):
        if allowed_roles(rule.endpoint, app) == PUBLIC:
            continue
        answer = client.open(address(app, rule), method=method)
        if answer.status_code != 303 or not str(answer.location).startswith("/sign-in"):
            wrong.append(f"{method} {rule.rule}: {answer.status_code}")

    assert not wrong


def _some_value(converter: BaseConverter) -> object:
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return 1 if isinstance(converter, IntegerConverter) else "x"


@pytest.mark.parametrize("role", list(Role))
def test_a_role_is_refused_wherever_it_is_not_let_in(app: Flask, client: CarefulClient, role: Role) -> None:
    client.sign_in(UserFactory.make(role=role))
    wrong = []
    for rule, method in rules_with_methods(app):
        allowed = allowed_roles(rule.endpoint, app) or PUBLIC
        if allowed == PUBLIC or role in allowed:
            continue
        answer = client.open(address(app, rule), method=method)
        if answer.status_code != 403:
            wrong.append(f"{method} {rule.rule}: {answer.status_code}")

    assert not wrong


def test_no_address_changes_anything_on_get(app: Flask) -> None:
    """What changes something has an address of its own, for POST only, or shows a form first."""
    verbs = (
        "delete",
        "remove",
        "archive",
        "restore",
        "discard",
        "enable",
        "end",
        "done",
        "reopen",
        "sign-out",
        "start",
    )

    lax = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.rule.rstrip("/").rsplit("/", 1)[-1] in verbs and (rule.methods or set()) == {"GET", "HEAD", "OPTIONS"}
    ]

    assert not lax


def test_an_administrator_meets_no_failure_on_any_page(app: Flask, client: CarefulClient) -> None:
    """Things that do not exist are not found; nothing answers with a failure of ours."""
    client.sign_in(UserFactory.make(role=Role.ADMIN))
    failures = []
    for rule, method in rules_with_methods(app):
        if method != "GET" or rule.endpoint in {"static", "reports.workbook"}:
            continue
        with client.get(address(app, rule)) as answer:  # a download holds its file until it is closed
            if answer.status_code >= 500:
                failures.append(f"{rule.rule}: {answer.status_code}")

    assert not failures
