"""Contacts as a file tells them: names, roles, phones and addresses that share a row."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from crm.core.normalise import as_text
from crm.imports import reaching
from crm.imports.findings import Severity
from crm.imports.names import Named, known_as, split_people
from crm.imports.row import LONGEST_NAME, Row, short_text
from crm.imports.targets import Target

NOBODY = "There is nobody in this row it could belong to"
SURNAME_FIRST = "Read as surname and first name"
NOT_NAMES = frozenset({"co", "team", "others", "other", "colleague", "colleagues", "staff", "etc", "someone"})
PERSONAL = ("job_title", "email", "phone", "mobile")


@dataclass(frozen=True)
class Person:
    """A contact as the file tells it."""

    name: str
    job_title: str | None = None
    email: str | None = None
    phone: str | None = None
    mobile: str | None = None


def read_people(row: Row) -> tuple[Person, ...]:
    """The people a row names. Its phone is the first one's, its e-mail that of the one it names or of the first.

    If it names nobody, both are the employer's, as `row.values`.
    """
    row.put("phone", Target.MAIN_PHONE, reaching.phone)
    row.put("email", Target.MAIN_EMAIL, reaching.email)
    named = _names(row)
    phones, emails = reaching.phones(row), reaching.emails(row)
    if named:  # what stands beside a name is that person's; what has columns of its own, the first one's
        phones, emails = dict.fromkeys(named[0].phones) | phones, emails | dict.fromkeys(named[0].emails)
    fixed, mobile = _phones_of(row, phones)
    if not named:
        _give_to_employer(row, fixed or mobile, list(emails), left_over=mobile if fixed else None)
        return ()
    others = named[1:]
    own = {number: each.emails[0] for number, each in enumerate(others, start=1) if each.emails}
    owners = _owners(named, [each for each in emails if each not in own.values()], own, row)
    title = row.take(Target.JOB_TITLE, short_text)
    first = Person(named[0].name, named[0].role or title, owners.get(0), fixed, mobile)
    return (
        first,
        *(
            Person(each.name, each.role, owners.get(number), *_phones_of(row, dict.fromkeys(each.phones)))
            for number, each in enumerate(others, start=1)
        ),
    )


def _phones_of(row: Row, phones: Iterable[str]) -> tuple[str | None, str | None]:
    """The phone and the mobile number among somebody's."""
    mobile = next((number for number in phones if number.startswith("+447")), None)
    fixed = next((number for number in phones if number != mobile), None)
    for number in phones:
        if number not in {mobile, fixed}:
            row.remark(Severity.LEFT_OUT, Target.PHONE, number, "There is room for one phone and one mobile number")
    return fixed, mobile


def _names(row: Row) -> list[Named]:
    cell = row.cells.get(Target.CONTACTS)
    named = []
    text = _text_of_names(row)
    split = split_people(text, commas_divide=row.commas_divide)
    if text and not split:
        row.remark(Severity.LEFT_OUT, Target.CONTACTS, text, "This is not a name")
    for each in split:
        if not _is_a_name(each.name):
            row.remark(Severity.LEFT_OUT, Target.CONTACTS, each.name, "This is not a name")
            continue
        if each.turned:
            row.remark(Severity.READ_AS, Target.CONTACTS, f"{as_text(str(cell))} → {each.name}", SURNAME_FIRST)
        named.append(each)
    return named


def _is_a_name(text: str) -> bool:
    plain = text.casefold().strip(" .")
    return any(map(str.isalpha, text)) and len(text) <= LONGEST_NAME and plain not in NOT_NAMES


def _text_of_names(row: Row) -> str:
    cell = row.cells.get(Target.CONTACTS)
    if cell is not None:
        return str(cell)
    parts = (row.cells.get(target) for target in (Target.FIRST_NAME, Target.LAST_NAME))
    return " ".join(as_text(str(part)) for part in parts if part is not None)


def _owners(named: list[Named], emails: list[str], own: dict[int, str], row: Row) -> dict[int, str]:
    """Whose each address is, by position: of the one whose name is in it, else of the first who has none.

    `own` are those that stand beside a name.
    """
    owners = dict(own)
    unclaimed = []
    for address in emails:
        candidates = [
            number
            for number, each in enumerate(named)
            if number not in owners and each.is_in(address.partition("@")[0])
        ]
        if len(candidates) == 1:
            owners[candidates[0]] = address
        else:
            unclaimed.append(address)
    if unclaimed and 0 not in owners:
        owners[0] = unclaimed.pop(0)
    for address in unclaimed:
        row.remark(
            Severity.LEFT_OUT, Target.EMAIL, address, "There are several addresses; whose this one is cannot be told"
        )
    return owners


def _give_to_employer(row: Row, phone: str | None, emails: list[str], left_over: str | None) -> None:
    for column, target, value in (("phone", Target.PHONE, phone), ("email", Target.EMAIL, next(iter(emails), None))):
        if value and row.values.setdefault(column, value) != value:
            row.remark(Severity.LEFT_OUT, target, value, NOBODY)
    for target, value in ((Target.PHONE, left_over), *((Target.EMAIL, each) for each in emails[1:])):
        if value:
            row.remark(Severity.LEFT_OUT, target, value, NOBODY)
    if Target.JOB_TITLE in row.cells:
        row.remark(Severity.LEFT_OUT, Target.JOB_TITLE, row.cells[Target.JOB_TITLE], NOBODY)


def contradictions(earlier: Iterable[Person], later: Iterable[Person]) -> list[tuple[str, str]]:
    """What is said of the same person twice and differently: which field, and both values."""
    known = {known_as(person.name): person for person in earlier}
    return [
        (f"Contact’s {field.replace('_', ' ')}", f"{person.name}: {value} (kept: {kept})")
        for person in later
        if (before := known.get(known_as(person.name))) is not None
        for field in PERSONAL
        if (value := getattr(person, field)) and (kept := getattr(before, field)) and value != kept
    ]


def together(people: Iterable[Person]) -> tuple[Person, ...]:
    """Each person once, by name, with what any row says of them; the first that says it wins.

    An address two people share stays with the first, because a contact is known by it.
    """
    found: dict[str, Person] = {}
    owners: dict[str, str] = {}
    for person in people:
        key = known_as(person.name)
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
