"""The form of a contact."""

from typing import Any

from wtforms import SelectMultipleField, StringField
from wtforms.validators import InputRequired, Optional

from crm.core.forms import EditForm, EmailField, Form, PhoneField
from crm.employers.forms.shared import short
from crm.employers.models import Contact
from crm.employers.services import ContactDetails
from crm.employers.wording import ROLES


class _Contact:
    name = StringField(
        "Name",
        validators=[InputRequired("Enter the contact’s name"), short("The name")],
        render_kw={"width": 30, "autocomplete": "off"},
    )
    job_title = StringField("Job title", validators=[Optional(), short("The job title")], render_kw={"width": 30})
    email = EmailField("E-mail address", validators=[Optional()], render_kw={"autocomplete": "off"})
    phone = PhoneField("Phone", validators=[Optional()], render_kw={"autocomplete": "off"})
    mobile = PhoneField("Mobile", validators=[Optional()], render_kw={"autocomplete": "off"})
    roles = SelectMultipleField(
        "What they do for us", description="Select all that apply", choices=ROLES, render_kw={"small": True}
    )

    def details(self) -> ContactDetails:
        """The validated answers. Call only after `validate_on_submit()` was true."""
        return ContactDetails(
            name=self.name.data or "",
            job_title=self.job_title.data or None,
            email=self.email.data or None,
            phone=self.phone.data or None,
            mobile=self.mobile.data or None,
            **{column: column in (self.roles.data or ()) for column, _ in ROLES},
        )


class AddContactForm(_Contact, Form):
    """A new contact."""


class ChangeContactForm(_Contact, EditForm):
    """A contact's details, opened on a version of them."""


def contact_answers(contact: Contact) -> dict[str, Any]:
    """A contact's details as the form's `data`."""
    plain = {name: getattr(contact, name) for name in ("name", "job_title", "email", "phone", "mobile", "version")}
    return plain | {"roles": [column for column, _ in ROLES if getattr(contact, column)]}
