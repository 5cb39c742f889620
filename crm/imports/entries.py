"""Turns rows into entries of the contact log: of a log, or of a list of employers that says when each was contacted.

Pure: the council's lists and the day are handed in.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from crm.core import normalise
from crm.core.formatting import long_date
from crm.core.normalise import as_text
from crm.core.spreadsheets.reading import ReadValue
from crm.imports import log_words, words
from crm.imports.dates import Dates, Reading
from crm.imports.findings import Report, Severity
from crm.imports.people import NOBODY, Person, read_people
from crm.imports.row import Row, long_text, short_text, told
from crm.imports.scanning import DITTO, Table, reject, usable_rows
from crm.imports.targets import Target
from crm.interactions.models import Channel, Direction, Outcome
from crm.reference.academic_years import AcademicYear

NO_NOTES = "A contact that the spreadsheet dates without saying more."
NOT_YET = "This day has not come yet, so it cannot be logged. Plan it instead"
UNDATED_NOTE = "There is no date for this note, so it is not in the contact log"
NO_DUE_DATE = "There is no date to do this by, so no follow-up is made"
KEPT_IN_TEXT = "; it is kept in the text of the entry"


@dataclass(frozen=True)
class Lists:
    """The council's lists that cells refer to.

    Attributes:
        short_names: initials and first names of the officers.
    """

    bands: Sequence[words.Band]
    sectors: words.Names
    officers: words.Names
    short_names: words.Names = field(default_factory=lambda: words.Names(()))

    def officer(self, row: Row, target: Target, name: str) -> int | None:
        """Who of ours a name means, or None; that it was short is remarked. Raises ValueError if it may be several."""
        found = self.officers.find(name)
        if found is None and (found := self.short_names.find(name)) is not None:
            row.remark(Severity.READ_AS, target, name, "The only colleague with this first name or initials")
        return found


@dataclass(frozen=True)
class NextThing:
    """What is to be done next, and by when."""

    what: str
    due_on: date


@dataclass(frozen=True)
class Entry:
    """A contact with an employer as one row tells it.

    Attributes:
        row: its number in the file.
        employer_name: as written; empty where the row is the employer's own.
        day: None if only a next step is told.
        officers: how the file names those of ours; what an entry is recognised by.
    """

    row: int
    day: date | None
    summary: str
    channel: Channel = Channel.CALL
    direction: Direction = Direction.OUTGOING
    outcome: Outcome | None = None
    people: tuple[Person, ...] = ()
    officer_ids: frozenset[int] = frozenset()
    officers: str = ""
    next_thing: NextThing | None = None
    employer_name: str = ""
    company_number: str | None = None

    def key(self, employer_id: int) -> str:
        """What the same entry has in common however often it is imported."""
        next_thing = f"{self.next_thing.what}\n{self.next_thing.due_on}" if self.next_thing and not self.day else ""
        parts = (str(employer_id), str(self.day), normal(self.officers), normal(self.summary), normal(next_thing))
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def normal(text: str) -> str:
    """A text as it is compared: spaces and capitals are nothing."""
    return as_text(text).casefold()


class LogReader:
    """Reads the entries of one sheet, from its top."""

    def __init__(self, table: Table, lists: Lists, *, year: AcademicYear | None, today: date, channel: Channel) -> None:
        """Take the sheet, the academic year it is about, the day in London, and what an entry is that does not say."""
        self._lists, self._today, self._channel = lists, today, channel
        self._happened = Dates(table.column(Target.HAPPENED_ON), year)
        self._due = Dates(table.column(Target.DUE_ON), year, by_when=True)

    def of_employer_row(self, row: Row, people: tuple[Person, ...]) -> tuple[Entry, ...]:
        """What a row of employers says of the last contact and the next step: an entry, or none."""
        reading = self._day(row)
        note = row.take(Target.SUMMARY, long_text)
        if reading is None and note:
            row.remark(Severity.LEFT_OUT, Target.SUMMARY, note, UNDATED_NOTE)
        officers = as_text(str(row.cells.get(Target.OWNER, "")))
        known = row.values.get("owner_id")
        text = [note] if note else []
        if officers and known is None:
            text.append(f"Officer in the spreadsheet: {officers}.")
        entry = Entry(
            row=row.number,
            day=reading.day if reading else None,
            summary="",
            people=people if len(people) == 1 else (),
            officer_ids=frozenset({known} if known else ()),
            officers=officers,
        )
        return tuple(self._finished(row, entry, reading, text))

    def of_log_row(self, row: Row) -> Entry | None:
        """The entry that a row of a log is; None if it is none, which then is in the report."""
        reading = self._day_or_reject(row)
        if reading is None or self._did_not_happen(row):
            return None
        text = [note] if (note := row.take(Target.SUMMARY, long_text)) else []
        text += [told(heading, cell) for heading, cell in row.more.items()]
        ids, unknown = self._officers(row)
        text += [f"Of ours, by the spreadsheet: {', '.join(unknown)}."] if unknown else []
        people = read_people(row)
        for column, target in (("phone", Target.PHONE), ("email", Target.EMAIL)):
            if column in row.values:
                row.remark(Severity.LEFT_OUT, target, row.values[column], NOBODY)
        entry = Entry(
            row=row.number,
            day=reading.day,
            summary="",
            people=people,
            officer_ids=frozenset(ids),
            officers=as_text(str(row.cells.get(Target.OFFICERS, ""))),
            employer_name=as_text(str(row.cells[Target.NAME])),
            company_number=row.take(Target.COMPANY_NUMBER, normalise.company_number),
        )
        return next(self._finished(row, entry, reading, text))

    def _finished(self, row: Row, entry: Entry, reading: Reading | None, text: list[str]) -> Iterator[Entry]:
        """The entry with its text, how it was and what comes next; nothing if there is neither of the two."""
        next_thing = self._next(row, reading, text)
        if reading is None:
            if next_thing:
                yield replace(entry, next_thing=next_thing, summary="")
            return
        if reading.is_vague:
            text.append(f"Date in the spreadsheet: {as_text(str(row.cells[Target.HAPPENED_ON]))}.")
        channel, outcome = self._how(row, text), self._outcome(row, text)
        said = "\n".join(text)
        yield replace(
            entry,
            summary=said or NO_NOTES,
            channel=channel,
            direction=log_words.direction_in(*self._words(row, Target.DIRECTION, Target.SUMMARY)) or entry.direction,
            outcome=outcome,
            next_thing=next_thing,
        )

    def _words(self, row: Row, *targets: Target) -> list[str]:
        return [str(row.cells[target]) for target in targets if target in row.cells]

    def _day(self, row: Row) -> Reading | None:
        """When a contact was; None with a remark if that cannot be told."""
        cell = row.cells.get(Target.HAPPENED_ON)
        if cell is None:
            return None
        try:
            return self._past(row, cell)
        except ValueError as error:
            row.remark(Severity.LEFT_OUT, Target.HAPPENED_ON, _shown(cell), str(error))
            return None

    def _day_or_reject(self, row: Row) -> Reading | None:
        cell = row.cells.get(Target.HAPPENED_ON)
        if cell is None:
            unclear = row.unclear.get(Target.HAPPENED_ON)
            reject(row, Target.HAPPENED_ON, unclear or "", DITTO if unclear else "There is no date in this row")
            return None
        try:
            return self._past(row, cell)
        except ValueError as error:
            reject(row, Target.HAPPENED_ON, _shown(cell), str(error))
            return None

    def _past(self, row: Row, cell: ReadValue) -> Reading:
        reading = self._happened.read(cell)
        if reading.day > self._today:
            raise ValueError(NOT_YET)
        _tell_rules(row, Target.HAPPENED_ON, cell, reading)
        return reading

    def _did_not_happen(self, row: Row) -> bool:
        cell = row.cells.get(Target.OUTCOME)
        if cell is None or not log_words.did_not_happen(str(cell)):
            return False
        reject(row, Target.OUTCOME, cell, "This says that it did not happen, so there is no contact to log")
        return True

    def _officers(self, row: Row) -> tuple[list[int], list[str]]:
        """Those of ours whom a cell names: ids, and the names of nobody who can sign in."""
        known: list[int] = []
        unknown: list[str] = []
        for name in words.officers(str(row.cells.get(Target.OFFICERS, ""))):
            try:
                officer = self._lists.officer(row, Target.OFFICERS, name)
            except ValueError as error:
                row.remark(Severity.WARNING, Target.OFFICERS, name, f"{error}; the name is kept in the text")
                unknown.append(name)
                continue
            if officer is None:
                unknown.append(name)
                reason = "No colleague of this name can sign in; the name is kept in the text"
                row.remark(Severity.WARNING, Target.OFFICERS, name, reason)
            else:
                known.append(officer)
        return known, unknown

    def _how(self, row: Row, text: list[str]) -> Channel:
        """The channel a row names, or its note speaks of, or the one that is set for the sheet."""
        said = " ".join(text)
        cell = row.cells.get(Target.CHANNEL)
        if cell is not None:
            channel = log_words.channel_named(str(cell))
            if channel is not None:
                return channel
            text.append(f"How: {long_text(cell)}")
        channel = log_words.channel_in(said)
        if channel is None:
            channel = self._channel
            reason = f"Nothing in the row says how they were in touch: taken as {channel.label.lower()}"
            note = row.cells.get(Target.SUMMARY, "")
            row.remark(Severity.READ_AS, Target.SUMMARY if cell is None else Target.CHANNEL, cell or note, reason)
        return channel

    def _outcome(self, row: Row, text: list[str]) -> Outcome | None:
        cell = row.cells.get(Target.OUTCOME)
        if cell is None:
            return log_words.outcome_in(str(row.cells.get(Target.SUMMARY, "")))
        outcome = log_words.outcome_in(str(cell))
        if outcome is None and not log_words.only_says_it_happened(str(cell)):
            text.append(f"Outcome: {long_text(cell)}")
        return outcome

    def _next(self, row: Row, reading: Reading | None, text: list[str]) -> NextThing | None:
        """The next step. Without a date it becomes part of the text, if there is one, and no follow-up."""
        what, due = row.take(Target.NEXT_STEP, short_text), row.cells.get(Target.DUE_ON)
        if what is None:
            if due is not None and Target.NEXT_STEP not in row.cells:
                row.remark(Severity.LEFT_OUT, Target.DUE_ON, _shown(due), "There is no next step to do by then")
            return None
        why = NO_DUE_DATE
        if due is not None:
            try:
                by_when = self._due.read(due, after=reading.day if reading else None)
                _tell_rules(row, Target.DUE_ON, due, by_when)
                return NextThing(what, by_when.day)
            except ValueError as error:
                row.remark(Severity.LEFT_OUT, Target.DUE_ON, _shown(due), str(error))
        if reading is not None:
            text.append(f"Next step: {what}" + (f" (by when: {_shown(due)})" if due is not None else ""))
            why += KEPT_IN_TEXT
        row.remark(Severity.LEFT_OUT, Target.NEXT_STEP, what, why)
        return None


def interpret_log(table: Table, log: LogReader, report: Report) -> list[Entry]:
    """Read every row of a contact log below its headings. Whatever is no entry is in the report."""
    entries = (log.of_log_row(row) for row in usable_rows(table, report))
    return [entry for entry in entries if entry is not None]


def _tell_rules(row: Row, target: Target, cell: ReadValue, reading: Reading) -> None:
    for rule in reading.rules:
        row.remark(Severity.READ_AS, target, f"{_shown(cell)} → {long_date(reading.day)}", rule)


def _shown(cell: ReadValue) -> str:
    return long_date(cell) if isinstance(cell, date) else as_text(str(cell))
