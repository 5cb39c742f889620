"""Looking at what was uploaded before it is filed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wtforms import BooleanField, FieldList, FormField, HiddenField

from crm.core import clock
from crm.core.fields import id_or_none
from crm.core.forms import Form, PartForm
from crm.correspondence.forms.people import NewcomersField
from crm.correspondence.models import Mail
from crm.correspondence.queries.people import Known
from crm.correspondence.services import meetings
from crm.correspondence.services.filing import people_in
from crm.interactions.forms.fields import DayPastField

MOST = 100  # mails at a time


class CheckedMailForm(PartForm):
    """What to do with one mail."""

    mail_id = HiddenField(filters=[id_or_none])
    is_wanted = BooleanField("File this e-mail", render_kw={"small": True})
    on = DayPastField("Date", description="Like today, fri or 17 7")
    newcomers = NewcomersField("Add as contacts")


@dataclass(frozen=True, slots=True)
class Row:
    """One mail beside its part of the form."""

    mail: Mail
    entry: CheckedMailForm
    twin: Mail | None  # the same mail, filed before
    contacts: Sequence[str]  # names of those at the employer who are in it
    officers: Sequence[str]  # and of ours

    @property
    def is_to_come(self) -> bool:
        return is_to_come(self.mail)


class CheckForm(Form):
    mails = FieldList(FormField(CheckedMailForm), max_entries=MOST)

    @property
    def parts(self) -> list[CheckedMailForm]:
        return [each.form for each in self.mails]

    def show(self, mails: Sequence[Mail], twins: Mapping[int, Mail]) -> None:
        """Open the form: everything is to be filed unless it was before."""
        today = clock.today()
        for mail in mails:
            on = min(mail.happened_on, today)
            self.mails.append_entry({"mail_id": mail.id, "is_wanted": mail.id not in twins, "on": on})

    def offer(self, mails: Sequence[Mail], known: Known, ours: frozenset[str]) -> None:
        """Offer to add those people of each mail who are new."""
        for mail, part in self._beside(mails):
            part.newcomers.offer(people_in(mail), known, ours)
            if not self.is_submitted():
                part.newcomers.tick_likely(known)

    def is_about(self, mails: Sequence[Mail]) -> bool:
        """Whether what was on the page is all still there."""
        return {part.mail_id.data for part in self.parts} <= {mail.id for mail in mails}

    def rows(
        self, mails: Sequence[Mail], twins: Mapping[int, Mail], known: Known, ours: Mapping[str, str]
    ) -> list[Row]:
        """Each mail beside its part of the form, with who it will be filed with."""
        return [
            Row(mail, part, twins.get(mail.id), _named(mail, known.people), _named(mail, ours))
            for mail, part in self._beside(mails)
        ]

    def _beside(self, mails: Sequence[Mail]) -> list[tuple[Mail, CheckedMailForm]]:
        by_id: dict[object, Mail] = {mail.id: mail for mail in mails}
        return [(mail, part) for part in self.parts if (mail := by_id.get(part.mail_id.data)) is not None]


def _named(mail: Mail, names: Mapping[str, str]) -> list[str]:
    return list(dict.fromkeys(names[each.email] for each in people_in(mail) if each.email in names))


def is_to_come(mail: Mail) -> bool:
    """Whether it is about a meeting in the future: then the invitation is logged, today."""
    return meetings.is_to_come(mail, mail.happened_on, clock.today())
