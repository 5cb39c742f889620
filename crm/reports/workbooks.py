"""The progress workbook for a partnership meeting: sheets over the figures of `crm.fulfilment`, none of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from openpyxl import Workbook

from crm.core.formatting import long_date
from crm.core.spreadsheets.charts import add_bar_chart
from crm.core.spreadsheets.writing import add_sheet, new_workbook, save_workbook
from crm.fulfilment.by_provider import providers_summary
from crm.fulfilment.contacts import contact_months
from crm.fulfilment.headlines import Position, headlines, position
from crm.fulfilment.policies import policy_on
from crm.fulfilment.rows import place_rows
from crm.fulfilment.three import ThreeRow
from crm.reference.settings import settings
from crm.reports import sheets
from crm.reports.queries import employer_facts
from crm.reports.releases import Release, refuse_unless_ready
from crm.reports.sheets import ContentsRow, Entry, ThreeSheetRow

REPORT = "Employer engagement and pledges: progress"
CONTENTS = (
    ContentsRow("Cover", "What this workbook is, as at which day, and who may see it"),
    ContentsRow("Contents", "The sheets, with links"),
    ContentsRow("Headlines", "Where we stand: employers, promises, young people, and what is still needed"),
    ContentsRow("Three opportunities", "How many young people have had 0, 1, 2, 3, by provider and year group"),
    ContentsRow("Pledges by employer", "What each employer promised and how much of it is kept"),
    ContentsRow("Providers", "What each provider’s young people had, and what fell through"),
    ContentsRow("Contact log summary", "How many contacts were logged each month, by channel"),
    ContentsRow("Notes and definitions", "What each figure means and how it is counted"),
    ContentsRow("Data", "One row for each place, without names or references (internal only)"),
)
SHORTHAND = (
    Entry(sheets.NOT_AVAILABLE, "Not available: nobody has counted or recorded it"),
    Entry(sheets.NOT_APPLICABLE, "Not applicable"),
    Entry(
        "Confirmed places",
        "Booked and not yet attended by the as-at date",
    ),
    Entry("Attended", "Attended in whole or in part. Only attended places count"),
    Entry(
        "Due by now",
        "Of what was promised, by its profile: over school days, over all days, or by a date; rounded down",
    ),
    Entry("Remaining", "Promised less attended less confirmed, never below 0, line by line"),
    Entry("Over", "Attended beyond what was promised. It is welcome, and offsets no other promise"),
    Entry("Cohort", "How many young people a provider has in a year group, by its latest count this academic year"),
    Entry("Linked to a person", "A place of a young person we hold a record of. Others are headcounts"),
)


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody asked for."""

    as_at: date
    made_by: str
    made_at: datetime
    release: Release = Release.INTERNAL

    @property
    def day(self) -> str:
        return long_date(self.as_at)

    @property
    def file_name(self) -> str:
        return f"threefold-progress-{self.as_at.isoformat()}-{self.release.value}.xlsx"


def write_workbook(order: Order, path: Path) -> None:
    """Write the workbook to a file, which appears whole or not at all. Raises Conflict for a level we cannot make."""
    save_workbook(build(order), path)


def build(order: Order) -> Workbook:
    """The workbook as at the end of a day in London. Raises Conflict for a release level that cannot be made yet."""
    refuse_unless_ready(order.release)
    at = position(policy_on(order.as_at), order.as_at)
    council = settings()["council_name"]
    workbook = new_workbook(
        title=f"{REPORT} as at {order.day}",
        author=council,
        subject="Partnership meeting",
    )

    def headed(title: str) -> str:
        return f"{title}, as at {order.day}"

    add_sheet(workbook, "Cover", sheets.COVER, _cover(order, at, council), heading=f"{council}: {REPORT}")
    add_sheet(workbook, "Contents", sheets.CONTENTS, CONTENTS, heading="What is in this workbook")
    add_sheet(workbook, "Headlines", sheets.HEADLINES, headlines(at), heading=headed("Headlines"))
    _add_three(workbook, at, heading=headed("The three: young people by opportunities had"))
    facts = employer_facts({line.pledge.employer_id for line in at.lines})
    columns = sheets.pledge_columns(facts)
    add_sheet(workbook, "Pledges by employer", columns, at.lines, heading=headed("Pledges in force by employer"))
    rows = providers_summary(at.policy, at.as_at)
    add_sheet(workbook, "Providers", sheets.provider_columns(_cohorts(at.three)), rows, heading=headed("Providers"))
    months = contact_months(at.policy.academic_year, at.as_at)
    add_sheet(workbook, "Contact log summary", sheets.CONTACT_LOG, months, heading=headed("Contacts logged by month"))
    add_sheet(workbook, "Notes and definitions", sheets.NOTES, _notes(at))
    add_sheet(workbook, "Data", sheets.DATA, place_rows(at.policy, at.as_at), heading=headed("Places, one a row"))
    return workbook


def _cover(order: Order, at: Position, council: str) -> Sequence[Entry]:
    return [
        Entry("Council", council),
        Entry("Report", f"{REPORT}, for the partnership meeting"),
        Entry("Academic year", at.policy.academic_year.name),
        Entry("As at", order.as_at),
        Entry("Release level", f"{order.release.value.capitalize()}: not to be passed on outside the council"),
        Entry("Made on", order.made_at),
        Entry("Made by", order.made_by),
        Entry("Counting policy", f"Version {at.policy.version}. {at.policy.sentence}"),
        Entry("To bear in mind", _gaps(at)),
        Entry("Source", "Threefold, from what officers and providers recorded"),
    ]


def _gaps(at: Position) -> str:
    """What the figures cannot know, in a sentence."""
    lines, groups = at.lines_of_unknown_number, at.three_total.rows_without_cohort
    return (
        f"{lines} pledge {'line has' if lines == 1 else 'lines have'} no number yet and count as 0 promised; "
        f"{groups} year {'group has' if groups == 1 else 'groups have'} no cohort counted this academic year."
    )


def _notes(at: Position) -> Sequence[Entry]:
    definitions = [Entry(headline.name, headline.definition) for headline in headlines(at)]
    return [*definitions, *SHORTHAND, Entry("Counting policy", at.policy.sentence)]


def _add_three(workbook: Workbook, at: Position, *, heading: str) -> None:
    """The table, then the same numbers as bars that each add up to the whole cohort."""
    target = at.policy.target
    total = at.three_total
    everyone = ThreeSheetRow(
        "All providers", "All year groups", total.cohort, total.distribution, total.share_with_all, total.still_needed
    )
    rows = [*(sheets.three_row(row) for row in at.three), everyone]
    sheet = add_sheet(workbook, "Three opportunities", sheets.three_columns(at.policy), rows, heading=heading)
    if at.three:
        add_bar_chart(
            sheet,
            title=f"Young people who have had 0 to {target} opportunities",
            labels=1,
            values=(5, 5 + target),
            axis="Share of the cohort",
            stacked=True,
        )


def _cohorts(rows: Sequence[ThreeRow]) -> Mapping[int, int]:
    """The cohorts of each provider's year groups together; providers without any are left out."""
    sums: dict[int, int] = {}
    for row in rows:
        if row.cohort is not None:
            sums[row.provider_id] = sums.get(row.provider_id, 0) + row.cohort
    return sums
