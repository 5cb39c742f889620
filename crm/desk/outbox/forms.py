"""What narrows the outbox. It lives in the address."""

from wtforms import SearchField, SelectField

from crm.core.forms import FilterForm
from crm.notifications.models import EmailStatus
from crm.notifications.queries import OutboxFilters

LONGEST_WORDS = 200


class OutboxFilterForm(FilterForm):
    words = SearchField("Recipient or subject")
    state = SelectField(
        "State",
        choices=[("", "Any"), *((status.value, status.label) for status in EmailStatus)],
        validate_choice=False,
    )

    def filters(self) -> OutboxFilters:
        """What was asked for; what could not be read narrows nothing."""
        state = self.state.data if self.state.data in set(EmailStatus) else None
        return OutboxFilters(
            words=tuple((self.words.data or "")[:LONGEST_WORDS].split()),
            status=EmailStatus(state) if state else None,
        )
