"""The columns of each sheet: how a row of figures becomes a row of cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crm.core.spreadsheets.cells import CellValue, Column, SheetLink
from crm.fulfilment.by_provider import ProviderRow
from crm.fulfilment.contacts import ContactMonth
from crm.fulfilment.counting import CountingPolicy
from crm.fulfilment.headlines import Headline
from crm.fulfilment.progress import LineInForce
from crm.fulfilment.rows import PlaceRow
from crm.fulfilment.three import ThreeRow
from crm.interactions.models import Channel
from crm.reports.queries import EmployerFacts

NOT_AVAILABLE = "[x]"
NOT_APPLICABLE = "[z]"
SHARE = "0%"
THOUSANDS = "#,##0"


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the cover, or of the notes."""

    name: str
    value: CellValue


@dataclass(frozen=True, slots=True)
class ContentsRow:
    sheet: str
    answers: str


@dataclass(frozen=True, slots=True)
class ThreeSheetRow:
    """A provider's year group, or all of them."""

    provider: str
    year_group: str
    cohort: int | None
    people: tuple[int | None, ...]  # with 0, 1, 2, … and with the target or more
    share_with_all: float | None
    still_needed: int | None


COVER: Sequence[Column[Entry]] = (
    Column("About this workbook", lambda row: row.name, width=30),
    Column("Value", lambda row: row.value, width=90, wraps=True),
)
CONTENTS: Sequence[Column[ContentsRow]] = (
    Column("Sheet", lambda row: SheetLink(row.sheet, row.sheet), width=28),
    Column("What it answers", lambda row: row.answers, width=90, wraps=True),
)
NOTES: Sequence[Column[Entry]] = (
    Column("Term", lambda row: row.name, width=44, wraps=True),
    Column("What it means here", lambda row: row.value, width=100, wraps=True),
)
HEADLINES: Sequence[Column[Headline]] = (
    Column("Figure", lambda row: row.name, width=46),
    Column("Definition", lambda row: row.definition, width=78, wraps=True),
    Column(
        "Number", lambda row: NOT_APPLICABLE if row.is_share else _known(row.value), width=11, number_format=THOUSANDS
    ),
    Column("Share", lambda row: _known(row.value) if row.is_share else NOT_APPLICABLE, width=9, number_format=SHARE),
)


def _known(value: float | None) -> CellValue:
    return NOT_AVAILABLE if value is None else value


def three_columns(policy: CountingPolicy) -> Sequence[Column[ThreeSheetRow]]:
    """Provider × year group: cohort, how many have had 0, 1, 2, …, share with all, still needed.

    The first column names the row in full, for the chart and for whoever reads only one cell.
    """
    return (
        Column("Group", lambda row: f"{row.provider}, {row.year_group}", width=40),
        Column("Provider", lambda row: row.provider, width=30),
        Column("Year group", lambda row: row.year_group, width=16),
        Column("Cohort", lambda row: _known(row.cohort), width=10, number_format=THOUSANDS),
        *(_people_column(label, number) for number, label in enumerate(policy.how_many_had)),
        Column(f"Share with {policy.target}", lambda row: _known(row.share_with_all), width=13, number_format=SHARE),
        Column("Still needed", lambda row: _known(row.still_needed), width=13, number_format=THOUSANDS),
    )


def _people_column(label: str, number: int) -> Column[ThreeSheetRow]:
    return Column(label, lambda row: _known(row.people[number]), width=12, number_format=THOUSANDS)


def three_row(row: ThreeRow) -> ThreeSheetRow:
    return ThreeSheetRow(
        row.provider_name,
        row.year_group.label,
        row.cohort,
        (row.with_none, *row.with_some),
        row.share_with_all,
        row.still_needed,
    )


def pledge_columns(facts: Mapping[int, EmployerFacts]) -> Sequence[Column[LineInForce]]:
    """One row for each line of a pledge in force."""

    def about(row: LineInForce) -> EmployerFacts:
        return facts[row.pledge.employer_id]

    return (
        Column("Employer", lambda row: row.pledge.employer.name, width=30),
        Column("Size", lambda row: about(row).size_band, width=9),
        Column("Sectors", lambda row: about(row).sectors, width=20, wraps=True),
        Column("Area", lambda row: about(row).area, width=13),
        Column("Officer", lambda row: about(row).owner, width=15),
        Column("Version", lambda row: row.pledge.number, width=8),
        Column("Confirmed on", lambda row: row.pledge.confirmed_on, width=11),
        Column("Kind", lambda row: row.line.kind.label, width=16),
        Column("How it stands", lambda row: row.progress.sentence, width=25),
        Column("Young people", lambda row: _known(row.line.young_people), width=9),
        Column("Each", lambda row: row.line.each, width=6),
        Column("Promised", lambda row: row.progress.promised, width=9),
        Column("Due by now", lambda row: row.progress.due_by_now, width=7),
        Column("Confirmed places", lambda row: row.progress.confirmed, width=10),
        Column("Attended", lambda row: row.progress.attended, width=9),
        Column("Remaining", lambda row: row.progress.remaining, width=10),
        Column("Over", lambda row: row.progress.over, width=6),
    )


def provider_columns(cohorts: Mapping[int, int]) -> Sequence[Column[ProviderRow]]:
    """One row for each provider."""
    return (
        Column("Provider", lambda row: row.name, width=34),
        Column("Type", lambda row: row.type.value.replace("_", " ").capitalize(), width=22),
        Column("Young people in cohorts", lambda row: _known(cohorts.get(row.provider_id)), width=14),
        Column("Places booked", lambda row: row.booked, width=11),
        Column("Places attended", lambda row: row.attended, width=11),
        Column("Encounters attended", lambda row: row.encounters, width=12),
        Column("No-shows", lambda row: row.no_shows, width=11),
        Column("Places lost on the provider’s or young person’s side", lambda row: row.cancelled_by_provider, width=24),
    )


CONTACT_LOG: Sequence[Column[ContactMonth]] = (
    Column("Month", lambda row: row.month, width=16, number_format="mmmm yyyy"),
    *(
        Column(f"{channel.label}s", lambda row, channel=channel: row.by_channel[channel], width=10)  # type: ignore[misc]  # mypy cannot infer a lambda's default
        for channel in Channel
    ),
    Column("All contacts", lambda row: row.interactions, width=13),
    Column("Employers contacted", lambda row: row.employers, width=13),
    Column("Officers", lambda row: row.officers, width=10),
)
DATA: Sequence[Column[PlaceRow]] = (
    Column("Place", lambda row: row.place_id, width=9),
    Column("Opportunity", lambda row: row.opportunity_id, width=13),
    Column("Kind", lambda row: row.kind.label, width=18),
    Column("Starts", lambda row: row.starts_at, width=17),
    Column("Ends", lambda row: row.ends_at, width=17),
    Column("Hours", lambda row: row.hours, width=8),
    Column("Programme", lambda row: row.programme.label if row.programme else None, width=18),
    Column("Opportunity status", lambda row: row.opportunity_status.value.capitalize(), width=13),
    Column("Employer", lambda row: row.employer, width=32),
    Column("Provider", lambda row: row.provider, width=32),
    Column("Year group", lambda row: row.year_group.label if row.year_group else NOT_APPLICABLE, width=13),
    Column("Linked to a person", lambda row: row.is_linked, width=11),
    Column("Place status", lambda row: row.status.label, width=16),
    Column("Seats", lambda row: row.seats, width=8),
    Column("Came", lambda row: row.came, width=8),
    Column("Counted", lambda row: row.counted, width=10),
    Column("Pledge line", lambda row: row.pledge_line_id, width=11),
    Column("Lost on the side of", lambda row: row.lost_on_side.label if row.lost_on_side else None, width=14),
)
