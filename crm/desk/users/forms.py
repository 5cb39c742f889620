"""The forms of users."""

from collections.abc import Sequence

from wtforms import RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from crm.accounts.models import User
from crm.accounts.services.users import UserDetails
from crm.core.access import Role
from crm.core.forms import EditForm, EmailField, Form
from crm.desk.users.services import Access
from crm.providers.models import Provider

MEANINGS = {
    Role.OFFICER: "Logs contacts, wins pledges, arranges opportunities",
    Role.MANAGER: "The same, and corrects what others entered and makes the workbook",
    Role.ADMIN: "The same, and looks after users, lists and settings",
    Role.PARTNER: "Reads who talks to which employer and what is promised; sees no young people",
    Role.PROVIDER: "A school’s, college’s or training provider’s coordinator; sees only their own young people",
}


class _UserFields(Form):
    name = StringField(
        "Name",
        [InputRequired("Enter the name"), Length(max=200, message="Enter a name of at most 200 characters")],
        render_kw={"autocomplete": "off"},
    )
    email = EmailField(
        "E-mail address", [InputRequired("Enter the e-mail address")], description="What they sign in with"
    )
    role = RadioField(
        "Role",
        choices=[(role.value, role.label) for role in Role],
        validators=[InputRequired("Select the role")],
        render_kw={"hints": {role.value: meaning for role, meaning in MEANINGS.items()}},
    )
    provider = SelectField("Provider", choices=[], description="Only for the role Provider", validators=[])

    def offer(self, providers: Sequence[Provider]) -> None:
        self.provider.choices = [("", "Choose"), *((str(each.id), each.name) for each in providers)]

    def validate_provider(self, field: SelectField) -> None:
        if self.role.data == Role.PROVIDER and not field.data:
            raise ValidationError("Select the provider they act for")

    def access(self) -> Access:
        """The validated answers."""
        assert self.name.data
        assert self.email.data
        role = Role(self.role.data)
        provider_id = int(self.provider.data) if role is Role.PROVIDER else None
        return Access(UserDetails(self.name.data, self.email.data, role), provider_id)


class AddUserForm(_UserFields):
    pass


class EditUserForm(_UserFields, EditForm):
    def fill(self, user: User, access: Access) -> None:
        self.name.data, self.email.data, self.role.data = user.name, user.email, user.role.value
        self.provider.data = str(access.provider_id or "")
        self.version.data = user.version
