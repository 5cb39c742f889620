"""Contacts as a file tells them: names, phones and addresses that share a row."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from crm.core import normalise
from crm.imports import words
from crm.imports.columns import Target
from crm.imports.findings import Severity
from crm.imports.row import LONGEST_NAME, Row, short_text

NOBODY = "There is nobody in this row it could belong to"


@dataclass(frozen=True)
class Person:
    """A contact as the file tells it."""

    name: str
    job_title: str | None = None
    email: str | None = None
    phone: str | None = None
    mobile: str | None = None


def read_people(row: Row) -> tuple[Person, ...]:
    """The people a row names; its phone and e-mail are the first one's, or the employer's if it names nobody."""
    phones, email = _phones(row), _email(row)
    row.put("phone", Target.MAIN_PHONE, normalise.phone)
    row.put("email", Target.MAIN_EMAIL, normalise.email)
    named = _names(row)
    mobile = next((number for number in phones if number.startswith("+447")), None)
    fixed = next((number for number in phones if number != mobile), None)
    for number in phones:
        if number not in {mobile, fixed}:
            row.remark(Severity.LEFT_OUT, Target.PHONE, number, "There is room for one phone and one mobile number")
    if not named:
        _give_to_employer(row, fixed or mobile, email, left_over=mobile if fixed else None)
        return ()
    first = Person(named[0], row.take(Target.JOB_TITLE, short_text), email, fixed, mobile)
    return (first, *(Person(name) for name in named[1:]))


def _names(row: Row) -> list[str]:
    cell = row.cells.get(Target.CONTACTS)
    named = []
    for name in words.people(str(cell)) if cell is not None else []:
        if any(map(str.isalpha, name)) and len(name) <= LONGEST_NAME:
            named.append(name)
        else:
            row.remark(Severity.LEFT_OUT, Target.CONTACTS, name, "This is not a name")
    return named


def _give_to_employer(row: Row, phone: str | None, email: str | None, left_over: str | None) -> None:
    for column, target, value in (("phone", Target.PHONE, phone), ("email", Target.EMAIL, email)):
        if value and row.values.setdefault(column, value) != value:
            row.remark(Severity.LEFT_OUT, target, value, NOBODY)
    if left_over:
        row.remark(Severity.LEFT_OUT, Target.PHONE, left_over, NOBODY)
    if Target.JOB_TITLE in row.cells:
        row.remark(Severity.LEFT_OUT, Target.JOB_TITLE, row.cells[Target.JOB_TITLE], NOBODY)


def _phones(row: Row) -> list[str]:
    """The numbers of a row. One bad part of a cell does not take the good ones along."""
    found: list[str] = []
    for target in (Target.PHONE, Target.MOBILE):
        cell = row.cells.get(target)
        if cell is None:
            continue
        try:
            found.append(normalise.phone(str(cell)))
            continue
        except ValueError:
            parts = [part for part in normalise.BETWEEN_PHONES.split(str(cell).strip()) if part]
        for part in parts:
            try:
                found.append(normalise.phone(part))
            except ValueError:
                row.remark(Severity.LEFT_OUT, target, part, "This is not a phone number")
    return list(dict.fromkeys(found))


def _email(row: Row) -> str | None:
    """The address in a cell, or the first of several."""
    cell = row.cells.get(Target.EMAIL)
    if cell is None:
        return None
    parts = [part for part in re.split(r"[;,/\s]+", str(cell)) if "@" in part]
    if len(parts) > 1:
        row.remark(Severity.WARNING, Target.EMAIL, cell, "There are several addresses; the first is kept")
    for text in (str(cell), *parts[:1]):
        try:
            return normalise.email(text)
        except ValueError:
            continue
    row.remark(Severity.LEFT_OUT, Target.EMAIL, cell, "This is not an e-mail address")
    return None


def together(people: Iterable[Person]) -> tuple[Person, ...]:
    """Each person once, by name, with what any row says of them; the first that says it wins.

    An address two people share stays with the first, because a contact is known by it.
    """
    found: dict[str, Person] = {}
    owners: dict[str, str] = {}
    for person in people:
        key = person.name.casefold()
        known = found.get(key, Person(person.name))
        email = known.email or person.email
        if email and owners.setdefault(email, key) != key:
            email = None
        found[key] = replace(
            known,
            job_title=known.job_title or person.job_title,
            email=email,
            phone=known.phone or person.phone,
            mobile=known.mobile or person.mobile,
        )
    return tuple(found.values())
