"""Several lists of employers in one workbook: what an earlier sheet says stays, as an earlier row's does. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from crm.imports.findings import Finding, Report, Severity
from crm.imports.interpreting import Incoming
from crm.imports.matching import Match
from crm.imports.names import known_as
from crm.imports.people import PERSONAL, Person, contradictions, together

DIFFERS = "Differs from an earlier sheet of this workbook, whose value is kept"
NOT_COMPARED = frozenset({"name", "sic_version"})

Told = dict[int, Incoming]  # what earlier sheets say of employers, by their ids


def give_way(matches: Sequence[Match], told: Told, report: Report) -> list[Match]:
    """The employers of a sheet without what contradicts earlier sheets, which is remarked."""
    return [
        match if match.employer_id not in told else replace(match, incoming=_without(match, told, report))
        for match in matches
    ]


def hear(told: Told, employer_id: int, incoming: Incoming) -> None:
    """Keep what a sheet says of an employer, for the sheets after it."""
    before = told.get(employer_id)
    told[employer_id] = (
        incoming
        if before is None
        else replace(
            before,
            values={**incoming.values, **before.values},
            sectors=tuple(dict.fromkeys((*before.sectors, *incoming.sectors))),
            people=together((*before.people, *incoming.people)),
        )
    )


def _without(match: Match, told: Told, report: Report) -> Incoming:
    incoming = match.incoming
    before = told[match.employer_id or 0]
    values = {}
    for column, value in incoming.values.items():
        if column not in NOT_COMPARED and before.values.get(column, value) != value:
            text = incoming.name if column.endswith("_id") else f"{value} (kept: {before.values[column]})"
            _remark(report, incoming.row, column.removesuffix("_id").replace("_", " ").capitalize(), text)
        else:
            values[column] = value
    for column, text in contradictions(before.people, incoming.people):
        _remark(report, incoming.row, column, text)
    people = {known_as(person.name): person for person in before.people}
    return replace(incoming, values=values, people=tuple(_agreeing(each, people) for each in incoming.people))


def _agreeing(person: Person, before: Mapping[str, Person]) -> Person:
    """A person without what an earlier sheet says otherwise."""
    known = before.get(known_as(person.name))
    if known is None:
        return person
    told = {field: getattr(known, field) for field in PERSONAL}
    return replace(person, **{field: value for field, value in told.items() if value is not None})


def _remark(report: Report, row: int, column: str, value: str) -> None:
    report.findings.append(Finding(Severity.WARNING, row, column, value, DIFFERS))
