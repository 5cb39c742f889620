"""The form that invites."""

from collections.abc import Sequence

from wtforms import BooleanField, SelectMultipleField

from crm.core.forms import Form
from crm.invitations.models import Party
from crm.invitations.standing import Standing


class InviteForm(Form):
    """Who of those who meet there gets an entry for their calendar."""

    parties = SelectMultipleField(
        "Whom do you want to invite?",
        description="Each gets an e-mail that puts it into their calendar. From then on they are told of every change",
        validate_choice=False,
    )

    all_following = BooleanField(
        "Also to the meetings of the series that follow",
        description="An e-mail and an entry in the calendar for each, as each may be moved or cancelled",
    )

    def offer(self, standings: Sequence[Standing]) -> None:
        free = [each.party.value for each in standings if not each.is_invited and not each.why_not]
        self.parties.choices = [(each.party.value, _name(each)) for each in standings]
        self.hints = {each.party.value: _hint(each) for each in standings}
        self.disabled = [each.party.value for each in standings if each.party.value not in free]
        if not self.is_submitted():
            self.parties.data = free

    @property
    def chosen(self) -> list[Party]:
        return [party for party in Party if party.value in (self.parties.data or ())]


def _name(standing: Standing) -> str:
    return f"{standing.label}: {standing.name}" if standing.name else standing.label


def _hint(standing: Standing) -> str:
    if standing.is_invited:
        return "Invited already"
    return standing.why_not or standing.address
