"""The forms of groups and memberships."""

from collections.abc import Sequence
from typing import Any

from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from crm.core import clock
from crm.core.fields import id_or_none
from crm.core.forms import EditForm, FilterForm, Form, UkDateField, WholeNumberField
from crm.employers.forms.shared import EmployerField, short
from crm.employers.models import Contact
from crm.groups.models import EmployerGroup, Membership
from crm.groups.services import GroupDetails, MemberDetails

LONGEST_PURPOSE = 2000
MOST_SEATS = 1000


class _Group:
    name = StringField(
        "Name",
        description="For example, 14–25 Task and Finish group",
        validators=[InputRequired("Enter the group’s name"), short("The name")],
        render_kw={"width": 30},
    )
    kind = StringField(
        "Kind",
        description="In your own words, like Task and finish group, Roundtable or Cornerstone employers",
        validators=[Optional(), short("The kind")],
        render_kw={"width": 20},
    )
    purpose = TextAreaField(
        "Purpose",
        validators=[Optional(), Length(max=LONGEST_PURPOSE, message="Shorten the purpose to 2,000 characters")],
        render_kw={"rows": 3},
    )
    seats = WholeNumberField(
        "Seats for employers",
        description="Leave it empty if there is no limit",
        validators=[Optional(), NumberRange(1, MOST_SEATS, "The number of seats must be between 1 and 1,000")],
    )
    begins_on = UkDateField("First day", validators=[Optional()])
    ends_on = UkDateField("Last day", description="Leave it empty while it goes on", validators=[Optional()])

    def validate_ends_on(self, field: UkDateField) -> None:
        if field.data and self.begins_on.data and field.data < self.begins_on.data:
            raise ValidationError("The last day must not be before the first")

    def details(self) -> GroupDetails:
        """The validated answers. Call only after `validate_on_submit()` was true."""
        return GroupDetails(
            name=self.name.data or "",
            kind=self.kind.data or "",
            purpose=self.purpose.data or "",
            seats=self.seats.data,
            begins_on=self.begins_on.data,
            ends_on=self.ends_on.data,
        )


class AddGroupForm(_Group, Form):
    """A new group."""


class ChangeGroupForm(_Group, EditForm):
    """A group's details, opened on a version of them."""


class ChooseMemberForm(FilterForm):
    """Which employer joins, when that is not in the address."""

    name = EmployerField()

    @property
    def is_asked(self) -> bool:
        return self.name.data is not None or bool(self.name.typed)


class _Member:
    contact_id = SelectField("Who sits there?", choices=[], coerce=id_or_none)
    role = StringField(
        "Role in the group",
        description="For example, Chair",
        validators=[Optional(), short("The role")],
        render_kw={"width": 20},
    )
    joined_on = UkDateField("Joined on", validators=[InputRequired("Enter the day they joined, like 17 9 2026")])

    def offer(self, people: Sequence[Contact]) -> None:
        """Who can be chosen: those who work there, and who was chosen before."""
        chosen = self.contact_id.data
        able = [each for each in people if each.left_at is None or each.id == chosen]
        self.contact_id.choices = [("", "Nobody in particular"), *((str(each.id), _named(each)) for each in able)]

    def details(self) -> MemberDetails:
        """The validated answers. Call only after `validate_on_submit()` was true."""
        assert self.joined_on.data is not None
        return MemberDetails(joined_on=self.joined_on.data, contact_id=self.contact_id.data, role=self.role.data or "")


class AddMemberForm(_Member, Form):
    """A new member."""


class ChangeMemberForm(_Member, EditForm):
    """A member, opened on a version of the membership."""


class EndMembershipForm(EditForm):
    left_on = UkDateField(
        "Left on",
        description="From this day on they are no member",
        validators=[InputRequired("Enter the day they left, like 17 7 2027")],
    )

    def validate_left_on(self, field: UkDateField) -> None:
        if field.data and field.data > clock.today():
            raise ValidationError("The day they left must not be in the future")


def group_answers(group: EmployerGroup) -> dict[str, Any]:
    """A group's details as the form's `data`."""
    names = ("name", "kind", "purpose", "seats", "begins_on", "ends_on", "version")
    return {name: getattr(group, name) for name in names}


def member_answers(membership: Membership) -> dict[str, Any]:
    """A membership as the form's `data`."""
    return {name: getattr(membership, name) for name in ("contact_id", "role", "joined_on", "version")}


def _named(contact: Contact) -> str:
    return f"{contact.name}, {contact.job_title}" if contact.job_title else contact.name
