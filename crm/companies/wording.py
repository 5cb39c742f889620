"""What pages and the command call things."""

from crm.companies.models import LoadStatus

LOAD_LABELS = {
    LoadStatus.CHECKED: ("Not loaded yet", "waiting"),
    LoadStatus.DONE: ("Loaded", "done"),
    LoadStatus.UNDONE: ("Undone", "stopped"),
    LoadStatus.DISCARDED: ("Discarded", "stopped"),
}
COLUMN_LABELS = {"legal_form": "Legal form", "sic_code": "SIC code"}
