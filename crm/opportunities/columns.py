"""The columns of the list of opportunities."""

from crm.core.spreadsheets.cells import Column
from crm.lists.columns import ListColumn
from crm.opportunities.forms.narrowing import STATUS_LABELS
from crm.opportunities.queries import OpportunityRow
from crm.opportunities.timing import Timing

COLUMNS: tuple[ListColumn[OpportunityRow], ...] = (
    ListColumn(
        "title",
        "Opportunity",
        lambda row: row.title,
        "title",
        is_default=True,
        file=(
            Column("Opportunity", lambda row: row.title, width=36),
            Column("Kind", lambda row: row.kind.label),
        ),
    ),
    ListColumn(
        "when",
        "When",
        lambda row: row.starts_at,
        "when",
        sort="date",
        is_default=True,
        file=(
            Column("First day", lambda row: Timing.of(row).first_day, width=12),
            Column("Last day", lambda row: Timing.of(row).last_day, width=12),
            Column("Starts", lambda row: f"{Timing.of(row).starts:%H:%M}", width=8),
            Column("Ends", lambda row: f"{Timing.of(row).ends:%H:%M}", width=8),
        ),
    ),
    ListColumn("employer", "Employer", lambda row: row.employer, is_default=True, width=32),
    ListColumn(
        "provider",
        "Provider",
        lambda row: row.provider or "Any",
        is_default=True,
        file=(Column("Provider", lambda row: row.provider, width=28),),
    ),
    ListColumn("status", "Status", lambda row: STATUS_LABELS[row.status], "status", is_default=True),
    ListColumn(
        "taken",
        "Taken",
        lambda row: row.taken,
        "taken",
        numeric=True,
        is_default=True,
        for_staff=True,
        file=(Column("Places", lambda row: row.capacity, width=8), Column("Taken", lambda row: row.taken, width=8)),
    ),
    ListColumn("kind", "Kind", lambda row: row.kind.label),
    ListColumn(
        "free", "Free places", lambda row: max(0, row.capacity - row.taken), "number", numeric=True, for_staff=True
    ),
    ListColumn("hours", "Hours per person", lambda row: row.hours, "hours", numeric=True, width=10),
    ListColumn("for", "For", lambda row: ", ".join(group.label for group in row.year_groups) or "All", width=28),
    ListColumn("sectors", "Sectors", lambda row: ", ".join(row.sectors) or None, width=28),
    ListColumn("programme", "Programme", lambda row: row.programme.label if row.programme else None, width=24),
    ListColumn("where", "Where", lambda row: row.venue.label, width=24),
    ListColumn(
        "meaningful",
        "Meaningful",
        lambda row: row.meaning.label,
        "meaningful",
        for_staff=True,
        file=(
            Column("Meaningful", lambda row: row.meaning.label, width=12),
            Column("Parts it has", lambda row: row.parts_there, width=12),
            Column("Parts it lacks", lambda row: row.parts_missing, width=12),
        ),
    ),
    ListColumn("exempt", "Exempt", lambda row: "Yes" if row.is_exempt else "No", for_staff=True, width=10),
    ListColumn("reference", "Reference", lambda row: row.id, "number", numeric=True, width=10),
)
