"""The columns of the list of pledges."""

from collections.abc import Callable

from crm.core.spreadsheets.cells import Column
from crm.desk.pledge_rows import PledgeRow
from crm.fulfilment.standing import Progress
from crm.lists.columns import ListColumn
from crm.pledges.wording import STATUS_LABELS, short_line

# What the foot of the table adds up, by column.
TOTALS: dict[str, Callable[[Progress], int]] = {
    "promised": lambda total: total.promised,
    "due": lambda total: total.due_by_now,
    "confirmed": lambda total: total.confirmed,
    "attended": lambda total: total.attended,
    "remaining": lambda total: total.remaining,
    "over": lambda total: total.over,
}


def _figure(
    key: str, heading: str, value: Callable[[PledgeRow], int], *, sort: str = "", usual: bool = True
) -> ListColumn[PledgeRow]:
    return ListColumn(
        key, heading, value, "figure", sort=sort, numeric=True, is_default=usual, for_staff=True, width=12
    )


COLUMNS: tuple[ListColumn[PledgeRow], ...] = (
    ListColumn(
        "employer",
        "Employer",
        lambda row: row.employer,
        "employer",
        sort="employer",
        is_default=True,
        file=(
            Column("Employer", lambda row: row.employer, width=36),
            Column("Version", lambda row: row.number, width=8),
            Column("Officer", lambda row: row.owner, width=22),
        ),
    ),
    ListColumn("status", "Status", lambda row: STATUS_LABELS[row.status], "status", is_default=True),
    ListColumn(
        "lines",
        "What is promised",
        lambda row: "; ".join(map(short_line, row.lines)),
        "lines",
        is_default=True,
        file=(Column("Lines", lambda row: "; ".join(map(short_line, row.lines)), width=40),),
    ),
    ListColumn(
        "promised",
        "Promised",
        lambda row: row.offered,
        "promised",
        sort="promised",
        numeric=True,
        is_default=True,
        width=12,
    ),
    _figure("due", "Due by now", lambda row: row.progress.due_by_now, sort="due"),
    _figure("confirmed", "Confirmed", lambda row: row.progress.confirmed, sort="confirmed"),
    _figure("attended", "Attended", lambda row: row.progress.attended, sort="attended"),
    _figure("remaining", "Remaining", lambda row: row.progress.remaining if row.is_in_force else 0, sort="remaining"),
    _figure("over", "Over", lambda row: row.progress.over, usual=False),
    ListColumn("standing", "How it stands", lambda row: row.sentence, for_staff=True, width=40),
    ListColumn("confirmed_on", "Confirmed on", lambda row: row.confirmed_on, "date", width=12),
    ListColumn("officer", "Officer", lambda row: row.owner, width=22),
)
