"""What the list of employers can be narrowed to."""

from collections.abc import Sequence
from datetime import date, timedelta

from flask import request
from wtforms import BooleanField, HiddenField, SelectField, SelectMultipleField, StringField

from crm.accounts.models import User
from crm.core.fields import id_or_none
from crm.core.forms import FilterForm
from crm.core.pagination import sort_asked
from crm.desk.employers_list.narrowing import SORTS, Wanted
from crm.desk.employers_list.queries import Choices
from crm.pledges.models import PledgeStatus

ME, NOBODY, NONE = "me", "nobody", "none"
LONGEST_SEARCH = 100
PLEDGES = (
    (PledgeStatus.CONFIRMED.value, "Confirmed"),
    (PledgeStatus.SENT.value, "With the employer"),
    (PledgeStatus.OFFERED.value, "Offered by them"),
    (NONE, "None yet"),
)
QUIET = (
    ("", "Any time"),
    ("30", "Over 30 days ago"),
    ("90", "Over 90 days ago"),
    ("180", "Over half a year ago"),
    ("365", "Over a year ago"),
)
WARNED = "warned"
REGISTER = (("", "Anything"), (WARNED, "Dissolved or in trouble"))
PLEDGES_IN_FORCE = ((PledgeStatus.CONFIRMED.value, "Confirmed"),)


class EmployerFilterForm(FilterForm):
    q = StringField("Name, contact or postcode", render_kw={"type": "search", "autocomplete": "off"})
    owner = SelectField("Officer", choices=[])
    pledge = SelectMultipleField("Pledge this year", choices=PLEDGES, render_kw={"small": True})
    sector = SelectMultipleField("Sector", choices=[], render_kw={"small": True})
    size = SelectMultipleField("Size", choices=[], render_kw={"small": True})
    area = SelectField("Area", choices=[])
    tag = SelectMultipleField("Tag", choices=[], render_kw={"small": True})
    quiet = SelectField("Last contact", choices=QUIET)
    register = SelectField("Companies House", choices=REGISTER)
    archived = BooleanField("Archived ones too", render_kw={"small": True})
    sort = HiddenField()

    def offer(self, choices: Choices, *, viewer: User) -> None:
        """What can be chosen. Anything else in the address counts as not asked for."""
        self.owner.choices = [("", "Anyone"), (NOBODY, "Nobody yet"), *_texts(choices.owners)]
        if viewer.is_staff:
            self.owner.choices.insert(1, (ME, "Me"))
        else:
            self.pledge.choices = list(PLEDGES_IN_FORCE)
            self.q.label.text = "Name or postcode"
        self.area.choices = [("", "Anywhere"), *_texts(choices.areas)]
        self.sector.choices = _texts(choices.sectors)
        self.size.choices = _texts(choices.size_bands)
        self.tag.choices = _texts(choices.tags)
        for several in (self.pledge, self.sector, self.size, self.tag):
            several.data = _known(several)
        for one in (self.owner, self.area, self.quiet, self.register):
            one.data = next(iter(_known(one)), "")
        self.q.data = (self.q.data or "")[:LONGEST_SEARCH]

    def wanted(self, *, viewer: User, today: date) -> Wanted:
        owner, pledges = self.owner.data, self.pledge.data or []
        quiet_for = timedelta(days=int(self.quiet.data or 0))
        return Wanted(
            words=self.q.data or "",
            warned_of=self.register.data == WARNED,
            sector_ids=[int(each) for each in self.sector.data or ()],
            size_band_ids=[int(each) for each in self.size.data or ()],
            ids=_ids(request.args.getlist("employer")),
            tag_ids=[int(each) for each in self.tag.data or ()],
            no_contact_since=today - quiet_for if quiet_for else None,
            area_id=int(self.area.data) if self.area.data else None,
            owner_id=viewer.id if owner == ME else int(owner) if owner and owner != NOBODY else None,
            nobodys=owner == NOBODY,
            pledge_statuses=[PledgeStatus(each) for each in pledges if each != NONE],
            without_pledge=NONE in pledges,
            archived_too=bool(self.archived.data),
            sort=sort_asked(SORTS, "name"),
        )


def _ids(texts: Sequence[str]) -> list[int]:
    """The employers that are ticked on the list."""
    return [number for each in texts if (number := id_or_none(each)) is not None]


def _texts(pairs: Sequence[tuple[int, str]]) -> list[tuple[str, str]]:
    return [(str(each), name) for each, name in pairs]


def _known(field: SelectField | SelectMultipleField) -> list[str]:
    """What was asked for and is offered."""
    asked = field.data if isinstance(field.data, list) else [field.data]
    known = {value for value, *_ in field.iter_choices()}
    return [str(each) for each in asked if each in known]
