"""A provider's coordinator reaches nothing of another provider's: by no address, no form, no list, file or feed.

Every route of the application is tried, so that a new one is covered by itself. What cannot be known fails the test
until it is said: which row of another provider's an argument of an address (OWN_OR_THEIRS, ALIKE) or a field of a form
(FIELDS, NO_ROWS) stands for.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from itertools import chain, count, product
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest
from flask import Flask
from openpyxl import load_workbook
from werkzeug.routing import AnyConverter, Rule

from crm.core.access import PUBLIC, Role, allowed_roles
from crm.core.db import Base, db
from tests.conftest import CarefulClient
from tests.support.pages import words_of
from tests.support.two_providers import COUNTS, MARK, TwoProviders, two_providers

REFUSED = {403, 404}
# Arguments that name no row of anybody's, or one that is everybody's.
ALIKE: Mapping[str, object] = {
    "token": "A" * 43,
    "first_year": 2026,
    "purpose": "hub",
    "filename": "no-such-file",
    "item_id": 1,
    "number": 1,
}
# Fields of forms that name rows of a provider's, by the argument they are.
FIELDS = {
    r"provider": "provider_id",
    r"(.*-)?place_id": "place_id",
    r"young_person|person": "young_person_id",
    r"opportunity": "opportunity_id",
    r"request": "request_id",
}
# Fields with numbers that name no row, or one of the council's lists.
NO_ROWS = re.compile(
    r"version|seen|shown.*|csrf_token|submission_key|.*(year_group|sector|area|status|rating|came|young_people|kind|per_page).*"
)
# What is sent to come to a page with another form; an answer that is the name of an argument stands for the own row.
SENT_FIRST: Mapping[str, Mapping[str, object]] = {
    "/young-people/class-list/": {"provider": "provider_id", "rows": "X-1,10", "year_group": ""},
}
ELSEWHERE = {  # forms that stand on no page of these, and why
    "opportunities.ask_for_places": "only in what is open and to come. Its address is tried above",
    "opportunities.end_places": "of places named in its address, which are looked for among the viewer’s own",
    "opportunities.restore_place": "only of a place that has ended. Its address is tried above",
    "names.keep": "only while a provider keeps no names. Its address says which provider, and is tried above",
}
SAYS_NOTHING = {"accounts.end_sign_in"}  # leads back to the page whether or not there was something to end
WRITTEN_BY_ANY = {"submission"}  # the key of whatever was sent
NARROWED = f"q={MARK}&first_day=&status=all&left_too=y&view=all&per_page=100&next=/"

_keys = count()


@pytest.fixture
def world(client: CarefulClient) -> TwoProviders:
    made = two_providers()
    client.sign_in(made.coordinator)
    client.checks_html = False  # other tests read these pages for that
    return made


def is_open(rule: Rule, app: Flask) -> bool:
    return Role.PROVIDER in (allowed_roles(rule.endpoint, app) or frozenset())


def rules(app: Flask) -> list[Rule]:
    return sorted((rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"), key=lambda each: each.rule)


def methods(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def arguments(rule: Rule) -> set[str]:
    return rule.arguments - set(rule.defaults or ())


def addresses(rule: Rule, app: Flask, *choices: Mapping[str, object]) -> Iterator[str]:
    """The address with each of the choices for every argument, in every combination that has one of the last."""
    names = sorted(arguments(rule))
    for combination in product(choices, repeat=len(names)):
        if choices[-1] in combination or not names:
            values = {name: _value(rule, name, chosen) for name, chosen in zip(names, combination, strict=True)}
            yield app.url_map.bind("localhost").build(rule.endpoint, {**(rule.defaults or {}), **values})


def _value(rule: Rule, name: str, chosen: Mapping[str, object]) -> object:
    converter = rule._converters[name]  # there is no other way to ask
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return chosen.get(name) or ALIKE.get(name, 1)


def names_their_row(rule: Rule, world: TwoProviders) -> bool:
    return bool(arguments(rule) & set(world.theirs))


@dataclass(frozen=True)
class Answer:
    """What came back, and what can be read in it."""

    status: int
    raw: str
    text: str

    @property
    def leaks(self) -> list[str]:
        """What it gives away: words marked as the other provider's, and its counts."""
        said = re.findall(rf"{MARK}-[\w-]+", self.raw)
        plain = self.text.replace(",", "")
        return said + [str(number) for number in COUNTS if re.search(rf"\b{number}\b", plain)]


def ask(client: CarefulClient, address: str, method: str = "GET", **more: Any) -> Answer:
    answer = client.open(address, method=method, buffered=True, **more)
    if answer.mimetype == "text/html":
        raw, text = answer.text, words_of(answer.text)
    elif answer.data[:2] == b"PK":
        raw = text = _cells_of(answer.data)
    else:
        raw = text = answer.data.decode(errors="ignore")
    answer.close()
    return Answer(answer.status_code, raw, text)


def _cells_of(workbook: bytes) -> str:
    sheets = load_workbook(BytesIO(workbook)).worksheets
    return " ".join(str(cell) for sheet in sheets for row in sheet.values for cell in row)


def sending() -> dict[str, object]:
    return {"submission_key": f"wall {next(_keys)}", "version": 1}


def everything() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, but for what any request writes."""
    db.session.rollback()
    return {
        table.name: [tuple(row) for row in db.session.execute(table.select())]
        for table in Base.metadata.sorted_tables
        if table.name not in WRITTEN_BY_ANY
    }


def test_every_argument_of_an_address_open_to_providers_is_said_to_be_somebodys(
    app: Flask, world: TwoProviders
) -> None:
    known = set(world.theirs) | set(ALIKE)
    unknown = {
        f"{rule.rule}: whose is {name}?"
        for rule in rules(app)
        if is_open(rule, app)
        for name in arguments(rule) - known
        if not isinstance(rule._converters[name], AnyConverter)  # there is no other way to ask
    }

    assert not unknown, "Put a row of each provider into tests/support/two_providers.py, or a value into ALIKE"


def test_no_address_leads_to_a_row_of_another_provider(app: Flask, client: CarefulClient, world: TwoProviders) -> None:
    before, found = everything(), []
    for rule in rules(app):
        if not is_open(rule, app) or not names_their_row(rule, world):
            continue
        for method, address in product(methods(rule), addresses(rule, app, world.own, world.theirs)):
            answer = ask(client, address, method, data=sending())
            allowed = REFUSED | {303} if rule.endpoint in SAYS_NOTHING else REFUSED
            if answer.status not in allowed or answer.leaks:
                found.append((method, address, answer.status, answer.leaks))

    assert found == []
    assert everything() == before


def test_what_is_not_for_providers_is_closed_to_them_whatever_it_is_asked_for(
    app: Flask, client: CarefulClient, world: TwoProviders
) -> None:
    before, found = everything(), []
    for rule in rules(app):
        roles = allowed_roles(rule.endpoint, app)
        if roles == PUBLIC or is_open(rule, app):
            continue
        address = next(addresses(rule, app, {name: world.theirs.get(name, 1) for name in rule.arguments}))
        for method in methods(rule):
            answer = ask(client, address, method, data=sending())
            if answer.status != 403 or answer.leaks:
                found.append((method, address, answer.status, answer.leaks))

    assert found == []
    assert everything() == before


def own_addresses(app: Flask, world: TwoProviders) -> Iterator[tuple[bool, str]]:
    """Every page and file a coordinator may ask for of what is its own, and whether it must be shown."""
    for rule in rules(app):
        if "GET" not in methods(rule) or not (is_open(rule, app) or allowed_roles(rule.endpoint, app) == PUBLIC):
            continue
        rows = (world.own, world.own_besides) if arguments(rule) else (world.own,)
        tokens = world.tokens if "token" in rule.arguments else ("",)
        for own, token in product(rows, tokens):
            for address in addresses(rule, app, {**own, "token": token}):
                yield is_open(rule, app) and own is world.own, address


def test_no_page_file_or_feed_tells_references_or_counts_of_another_provider(
    app: Flask, client: CarefulClient, world: TwoProviders
) -> None:
    asked = "&".join(f"{name}={value}&{name.removesuffix('_id')}={value}" for name, value in world.theirs.items())
    before, found = world.their_rows(), []
    for must_be_shown, address in own_addresses(app, world):
        for query in ("", f"?{NARROWED}", f"?{NARROWED}&{asked}"):
            answer = ask(client, f"{address}{query}", follow_redirects=True)
            is_reached = answer.status == 200 or query  # else nothing is told because nothing is shown
            if answer.status >= 500 or answer.leaks or (must_be_shown and not is_reached):
                found.append((address, query, answer.status, answer.leaks))

    assert found == []
    assert world.their_rows() == before


def test_no_form_takes_a_row_of_another_provider(app: Flask, client: CarefulClient, world: TwoProviders) -> None:
    before, found, unknown, tried = world.their_rows(), [], [], set[str]()
    for address, action, fields in list(forms_of(app, client, world)):
        numbers = {name for name, value in fields.items() if str(value).isdecimal() and not NO_ROWS.fullmatch(name)}
        replaced = {name: world.theirs[FIELDS[_field(name)]] for name in fields if _field(name)}
        unknown += [f"{address}: what is {name}?" for name in numbers - set(replaced)]
        if not replaced or action == "/sign-out":
            continue
        tried.update(map(_field, replaced))
        answer = ask(client, action, "POST", data=fields | replaced | {"submission_key": f"wall {next(_keys)}"})
        if answer.status >= 500 or answer.leaks:
            found.append((address, action, answer.status, answer.leaks))

    assert found == []
    assert len(tried) > 1  # a provider is chosen on some form, and a place on the register
    assert not unknown, "Say in FIELDS which rows these name, or in NO_ROWS that they name none"
    assert world.their_rows() == before


def _field(name: str) -> str:
    return next((pattern for pattern in FIELDS if re.fullmatch(pattern, name)), "")


def test_every_form_a_provider_may_send_is_found_on_a_page(
    app: Flask, client: CarefulClient, world: TwoProviders
) -> None:
    urls = app.url_map.bind("localhost")
    found = {urls.match(action.split("?")[0], method="POST")[0] for _, action, _ in forms_of(app, client, world)}
    sent = {rule.endpoint for rule in rules(app) if is_open(rule, app) and "POST" in methods(rule)}

    assert sent - found - set(ELSEWHERE) == set(), "Say in SENT_FIRST what leads to its form, or in ELSEWHERE why not"


def forms_of(app: Flask, client: CarefulClient, world: TwoProviders) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every form that is posted on the coordinator's own pages: where it stands and goes, and what it would send."""
    for _, address in own_addresses(app, world):
        yield from _forms_on(address, ask(client, address))
    for address, answers in SENT_FIRST.items():
        data = {name: world.own.get(str(value), value) for name, value in answers.items()}
        yield from _forms_on(address, ask(client, address, "POST", data=sending() | data))


def _forms_on(address: str, page: Answer) -> Iterator[tuple[str, str, dict[str, Any]]]:
    if page.status != 200 or "<form" not in page.raw:
        return
    for form in html5lib.parse(page.raw, namespaceHTMLElements=False).iter("form"):
        if form.get("method", "").lower() == "post":
            actions = [value for name, value in form.attrib.items() if name.startswith("data-") and value[:1] == "/"]
            for action in (form.get("action") or address, *actions):  # a script may send it elsewhere
                yield address, action, dict(_fields(form))


def _fields(form: Element) -> Iterator[tuple[str, Any]]:
    for each in chain(form.iter("input"), form.iter("textarea")):
        if each.get("name") and (each.get("type") not in ("radio", "checkbox") or "checked" in each.attrib):
            yield str(each.get("name")), each.get("value") or each.text or ""
    for select in form.iter("select"):
        options = list(select.iter("option"))
        chosen = [each for each in options if "selected" in each.attrib] or options[:1]
        yield str(select.get("name")), chosen[0].get("value", "") if chosen else ""
