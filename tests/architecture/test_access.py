"""Every endpoint says who it is for, and the list is reviewed here."""

import pytest
from flask import Flask

from crm.core.access import ADMINS, EVERYONE, MANAGERS, PUBLIC, READERS, STAFF, Role, allowed_roles
from crm.providers.policies import TAKE_PART
from tests.conftest import CarefulClient
from tests.factories import UserFactory

ACCESS: dict[str, frozenset[Role]] = {
    "about.accessibility": PUBLIC,
    "about.privacy": PUBLIC,
    "imports.correct": STAFF,
    "imports.discard": STAFF,
    "imports.index": STAFF,
    "imports.remarks": STAFF,
    "imports.show": STAFF,
    "imports.start": STAFF,
    "reports.index": STAFF,
    "reports.workbook": STAFF,
    "reference.index": ADMINS,
    "reference.entries": ADMINS,
    "reference.new": ADMINS,
    "reference.edit": ADMINS,
    "reference.move": ADMINS,
    "reference.use": ADMINS,
    "reference.setting": ADMINS,
    "quick_entries.edit": ADMINS,
    "quick_entries.index": ADMINS,
    "quick_entries.move": ADMINS,
    "quick_entries.new": ADMINS,
    "quick_entries.use": ADMINS,
    "employers.index": READERS,
    "employers.csv": READERS,
    "employers.show": READERS,
    "employers.options": STAFF,
    "employers.new": STAFF,
    "employers.edit": STAFF,
    "employers.archive": STAFF,
    "employers.restore": STAFF,
    "employers.quiet": STAFF,
    "employers.end_quiet": STAFF,
    "contacts.new": STAFF,
    "contacts.edit": STAFF,
    "contacts.left": STAFF,
    "contacts.back": STAFF,
    "contacts.emailing": STAFF,
    "contacts.lift_objection": STAFF,
    "contacts.take_back": STAFF,
    "sites.new": STAFF,
    "sites.edit": STAFF,
    "follow_ups.done": STAFF,
    "follow_ups.edit": STAFF,
    "follow_ups.move": STAFF,
    "follow_ups.new": STAFF,
    "follow_ups.reopen": STAFF,
    "interactions.download": READERS,
    "interactions.edit": STAFF,
    "interactions.index": READERS,
    "interactions.new": STAFF,
    "interactions.show": STAFF,
    "my_day.index": EVERYONE,
    "static": PUBLIC,
    "accounts.sign_in": PUBLIC,
    "accounts.sign_out": EVERYONE,
    "accounts.forgotten": PUBLIC,
    "accounts.link_sent": PUBLIC,
    "accounts.choose_password": PUBLIC,
    "accounts.show": EVERYONE,
    "accounts.change_password": EVERYONE,
    "accounts.end_sign_in": EVERYONE,
    "accounts.end_other_sign_ins": EVERYONE,
    "emails.index": ADMINS,
    "users.index": ADMINS,
    "users.new": ADMINS,
    "users.show": ADMINS,
    "users.edit": ADMINS,
    "users.disable": ADMINS,
    "users.enable": ADMINS,
    "users.send_link": ADMINS,
    "web.healthz": PUBLIC,
    "opportunities.index": EVERYONE,
    "opportunities.export": EVERYONE,
    "opportunities.show": EVERYONE,
    "opportunities.new": STAFF,
    "opportunities.edit": STAFF,
    "opportunities.cancel": STAFF,
    "opportunities.deliver": STAFF,
    "opportunities.reopen": STAFF,
    "opportunities.add_places": STAFF,
    "opportunities.add_headcount": STAFF,
    "opportunities.end_place": STAFF,
    "opportunities.pledge_line": STAFF,
    "opportunities.register": TAKE_PART,
    "opportunities.printed_register": TAKE_PART,
    "providers.index": STAFF,
    "providers.export": STAFF,
    "providers.show": STAFF,
    "providers.new": STAFF,
    "providers.edit": STAFF,
    "providers.archive": STAFF,
    "providers.restore": STAFF,
    "providers.cohorts": STAFF,
    "providers.remove_count": STAFF,
    "requests.index": TAKE_PART,
    "requests.export": TAKE_PART,
    "requests.new": TAKE_PART,
    "requests.show": TAKE_PART,
    "requests.edit": TAKE_PART,
    "requests.take": STAFF,
    "requests.put_back": STAFF,
    "requests.decline": STAFF,
    "requests.met": STAFF,
    "requests.reopen": STAFF,
    "requests.withdraw": frozenset({Role.PROVIDER}),
    "young_people.index": TAKE_PART,
    "young_people.export": TAKE_PART,
    "young_people.new": TAKE_PART,
    "young_people.edit": TAKE_PART,
    "young_people.leave": TAKE_PART,
    "pledges.index": READERS,
    "pledges.export": READERS,
    "pledges.show": READERS,
    "pledges.new": STAFF,
    "pledges.edit": STAFF,
    "pledges.send": STAFF,
    "pledges.confirm": STAFF,
    "pledges.decline": STAFF,
    "pledges.withdraw": MANAGERS,
    "pledges.next_version": STAFF,
    "pledges.discard": STAFF,
}
GROUPS = (ADMINS, EVERYONE, MANAGERS, READERS, STAFF)  # named so that the table above reads like a policy


def test_every_endpoint_is_open_to_exactly_whom_we_decided(app: Flask) -> None:
    assert {rule.endpoint: allowed_roles(rule.endpoint, app) for rule in app.url_map.iter_rules()} == ACCESS


def test_an_endpoint_that_does_not_say_is_closed_even_to_an_administrator(
    app: Flask, client: CarefulClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.view_functions, "web.healthz", _forgot_to_say)
    client.sign_in(UserFactory.make(role=Role.ADMIN))

    assert client.get("/healthz").status_code == 403


def _forgot_to_say() -> str:
    return "You should not read this."
