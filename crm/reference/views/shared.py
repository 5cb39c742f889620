"""What the pages of Administration share."""

from typing import Any

from crm.audit.readable import readable_history
from crm.core.forms import EditForm, differences


def both_versions(form: EditForm, saved: EditForm, stored: Any, *, met: bool) -> dict[str, Any]:
    """The form, its history, and if somebody else saved meanwhile, both versions."""
    history = readable_history(type(stored).__tablename__, stored.id) if stored else []
    if met:
        form.move_to(stored.version)
    return {
        "form": form,
        "history": history,
        "met": met,
        "differing": differences(saved, form) if met else [],
        "last_change": history[0] if history else None,
    }
