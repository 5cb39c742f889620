"""The form of a site."""

from typing import Any

from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from crm.core.forms import EditForm, Form, PostcodeField
from crm.employers.forms.shared import LONGEST_ADDRESS, Choices, chooser, or_not_known, short
from crm.employers.models import Site
from crm.employers.services import SiteDetails


class _Site:
    name = StringField(
        "Name",
        description="What tells it from the employer’s other sites, like Etruria depot",
        validators=[InputRequired("Enter a name for the site"), short("The name")],
        render_kw={"width": 30},
    )
    address = TextAreaField(
        "Address",
        description="Without the postcode",
        validators=[Optional(), Length(max=LONGEST_ADDRESS, message="The address must be 1,000 characters or fewer")],
        render_kw={"rows": 3},
    )
    postcode = PostcodeField("Postcode", validators=[Optional()])
    area_id = chooser("Area")

    def offer(self, areas: Choices) -> None:
        self.area_id.choices = or_not_known(areas)

    def details(self) -> SiteDetails:
        """The validated answers. Call only after `validate_on_submit()` was true."""
        return SiteDetails(
            name=self.name.data or "",
            address=self.address.data or None,
            postcode=self.postcode.data or None,
            area_id=self.area_id.data,
        )


class AddSiteForm(_Site, Form):
    """A new site."""


class ChangeSiteForm(_Site, EditForm):
    """A site's details, opened on a version of them."""


class CloseSiteForm(EditForm):
    reason = TextAreaField(
        "Why is it closed?",
        description="For example, they moved out in March, or it is not suitable for young people",
        validators=[
            InputRequired("Enter why the site is closed"),
            Length(max=LONGEST_ADDRESS, message="The reason must be 1,000 characters or fewer"),
        ],
        render_kw={"rows": 3},
    )


def site_answers(site: Site) -> dict[str, Any]:
    """A site's details as the form's `data`."""
    return {name: getattr(site, name) for name in ("name", "address", "postcode", "area_id", "version")}
