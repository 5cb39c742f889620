"""Forwarded letters: what happened is the letter that was forwarded, not the forwarding."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice

from crm.core.clock import LONDON, local_date
from crm.correspondence.reading import quoting
from crm.correspondence.reading.charsets import one_line
from crm.correspondence.reading.headers import FIRST_YEAR, LAST_YEAR, each_once, people_of
from crm.correspondence.reading.letter import Letter, Person

MARKS = re.compile(
    r"^[> ]*(?:-{2,}\s*Forwarded message\s*-{2,}|Begin forwarded message:"
    r"|-{2,}\s*Original (?:Message|Appointment)\s*-{2,}|_{10,})\s*$",
    re.MULTILINE | re.IGNORECASE,
)
CERTAIN = re.compile(r"forwarded message", re.IGNORECASE)
FORWARD = re.compile(r"^\s*(?:fwd?|wg|tr|rv|enc|i|vs|doorst)\s*:\s*", re.IGNORECASE)
LINE = re.compile(
    r"^[> ]*\*?(From|Sent|Date|To|Cc|Subject|Reply-To|Importance|Attachments|When|Where)\s*:\*?\s*(.*)$", re.IGNORECASE
)
ADDRESS = re.compile(r"[<\[]?(?:mailto:)?([^\s<>\[\]()\",;:]{1,64}@[^\s<>\[\]()\",;:]{1,190})[>\]]?", re.IGNORECASE)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DAY = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)?[\s-]+([A-Za-z]{3})[a-z]*\.?,?[\s-]+(\d{4})\b")
AMERICAN_DAY = re.compile(r"\b([A-Za-z]{3})[a-z]*\.?\s+(\d{1,2}),?\s+(\d{4})\b")
HOUR = re.compile(r"\b(\d{1,2})[:.](\d{2})(?:[:.]\d{2})?\s*([ap]m)?\b", re.IGNORECASE)
MOST_LINES = 12
MOST_MARKS = 20
NO_ZONE = "The forwarded e-mail gives no time zone, so its time was taken as London’s."
NO_DATE = "The date of the forwarded e-mail could not be read."


def is_forward(subject: str) -> bool:
    return FORWARD.match(subject) is not None


def find_original(text: str, subject: str) -> tuple[str, Letter | None, bool]:
    """What the sender wrote above a forwarded letter, that letter, and whether it is certainly a forwarding.

    Outlook puts the same lines above what is answered as above what is forwarded; then the subject tells.
    """
    for start, end, mark in _beginnings(text):
        headers, rest = _headers(text[end:])
        if "from" in headers and ({"sent", "date"} & headers.keys() or "subject" in headers):
            certain = bool(CERTAIN.search(mark)) or is_forward(subject)
            return text[:start].strip(), _letter(headers, rest), certain
    return text, None, False


def _beginnings(text: str) -> Iterator[tuple[int, int, str]]:
    """Where a forwarded letter may begin: the mark's start, its end, the mark."""
    for match in islice(MARKS.finditer(text), MOST_MARKS):
        yield match.start(), match.end(), match.group()
    block = quoting.BLOCK.search(text)
    if block is not None:
        yield block.start(), block.start(), ""


def _headers(text: str) -> tuple[dict[str, str], str]:
    """The lines that say from whom, when and to whom; and what follows them."""
    found: dict[str, str] = {}
    last = ""
    lines = text.lstrip("\n_ ").split("\n")
    for number, line in enumerate(lines[: MOST_LINES * 3]):
        if match := LINE.match(line):
            last = match[1].lower()
            found.setdefault(last, match[2].strip())
        elif found and not line.strip("> "):
            if "subject" in found or len(found) > 2 or not _more_follow(lines[number + 1 :]):  # noqa: PLR2004
                return found, "\n".join(lines[number + 1 :])
        elif last and last != "subject":
            found[last] += f" {line.strip('> ')}"
        elif line.strip("> "):
            return found, "\n".join(lines[number:])
    return found, "\n".join(lines[len(lines[: MOST_LINES * 3]) :])


def _more_follow(lines: list[str]) -> bool:
    """Apple puts an empty line between these lines when the letter was HTML."""
    return bool(lines) and LINE.match(lines[0]) is not None


def _letter(headers: dict[str, str], rest: str) -> Letter:
    sender = next(iter(_people(headers["from"])), None)
    named = [person for key in ("to", "cc") for person in _people(headers.get(key, ""))]
    at, remarks = _instant(headers.get("sent") or headers.get("date") or "")
    own, earlier = quoting.split(_unquoted(rest))
    return Letter(
        sender=sender,
        people=each_once(named, without=sender),
        at=at,
        on=local_date(at) if at else None,
        subject=one_line(headers.get("subject", ""))[:500],
        text=own,
        earlier=earlier,
        remarks=remarks,
    )


def _people(listed: str) -> Iterator[Person]:
    """Outlook separates people with semicolons and writes addresses in several ways, or leaves them out."""
    listed = listed.replace("*", "")[:20_000]
    for each in listed.split(";") if ";" in listed else [listed]:
        addresses = list(ADDRESS.finditer(each))
        if len(addresses) > 1:
            yield from people_of(ADDRESS.sub(r"<\1>", each))
        elif addresses:
            name = one_line(ADDRESS.sub("", each)).strip("'\"<>[]() ,")
            yield from people_of(f'"{name}" <{addresses[0][1]}>' if name else addresses[0][1])
        elif name := one_line(each).strip("'\"<>[](), "):
            yield Person(name[:200], "")


def _instant(text: str) -> tuple[datetime | None, tuple[str, ...]]:
    """The instant meant, if the month is written out: 11/12 is two days, and is not guessed."""
    text = one_line(text)[:120]
    if match := DAY.search(text):
        day, month, year = match.groups()
    elif match := AMERICAN_DAY.search(text):
        month, day, year = match.groups()
    else:
        return None, (NO_DATE,)
    hour, minute = _time(text[match.end() :])
    try:
        london = datetime(int(year), MONTHS.index(month.lower()) + 1, int(day), hour, minute, tzinfo=LONDON)
    except ValueError:
        return None, (NO_DATE,)
    if not FIRST_YEAR <= london.year < LAST_YEAR:
        return None, (NO_DATE,)
    return london.astimezone(UTC), (NO_ZONE,)


def _time(text: str) -> tuple[int, int]:
    match = HOUR.search(text)
    if match is None:
        return 12, 0
    hour, minute, half = int(match[1]), int(match[2]), (match[3] or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return hour, minute


def _unquoted(text: str) -> str:
    """A forwarded letter that is quoted line by line, without the marks."""
    lines = text.split("\n")
    said = [line for line in lines if line.strip()]
    if said and all(line.startswith(">") for line in said):
        lines = [line.removeprefix(">").removeprefix(" ") for line in lines]
    return "\n".join(lines).strip()
