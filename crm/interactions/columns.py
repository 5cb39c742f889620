"""The columns of the contact log."""

from crm.core.spreadsheets.cells import Column
from crm.interactions.queries.log import LogRow
from crm.lists.columns import ListColumn

COLUMNS: tuple[ListColumn[LogRow], ...] = (
    ListColumn("date", "Date", lambda row: row.happened_on, "date", is_default=True, width=12),
    ListColumn("employer", "Employer", lambda row: row.employer, "employer", is_default=True, width=32),
    ListColumn(
        "how",
        "How",
        lambda row: row.channel.label,
        "how",
        is_default=True,
        file=(
            Column("How", lambda row: row.channel.label, width=10),
            Column("Direction", lambda row: row.direction.label, width=18),
        ),
    ),
    ListColumn("officers", "Officers", lambda row: row.officers, is_default=True, width=24),
    ListColumn("contacts", "Contacts", lambda row: row.contacts, is_default=True, for_staff=True, width=24),
    ListColumn(
        "outcome",
        "Outcome",
        lambda row: row.outcome.label if row.outcome else None,
        is_default=True,
        for_staff=True,
    ),
    ListColumn(
        "said",
        "What was said",
        lambda row: row.summary,
        "said",
        is_default=True,
        for_staff=True,
        file=(Column("What was said", lambda row: row.summary, width=60, wraps=True),),
    ),
    ListColumn("reference", "Reference", lambda row: row.id, "number", numeric=True, width=10),
)
