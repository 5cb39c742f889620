"""The forms of saved views."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, HiddenField, SelectField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from crm.core.forms import EditForm, Form
from crm.lists.addresses import LONGEST_QUERY
from crm.lists.models import SavedView
from crm.lists.services import ViewDetails

LONGEST_NAME = 60  # it stands in a row with others above the list
NAME_HELP = "Enter a name for the view, like My construction firms"


def _id_or_none(value: Any) -> int | None:
    return int(value) if value else None


class _View:
    name = StringField(
        "Name",
        description="Short, so that it is found among others: “Quiet construction firms”",
        validators=[
            InputRequired(NAME_HELP),
            Length(max=LONGEST_NAME, message=f"The name must be {LONGEST_NAME} characters or fewer"),
        ],
        render_kw={"width": 30},
    )
    is_shared = BooleanField("Show it to the whole team", render_kw={"small": True})
    is_default = BooleanField("Open the list with it, for me", render_kw={"small": True})

    def details(self) -> ViewDetails:
        """The validated answers. Call only after `validate_on_submit()` was true."""
        return ViewDetails(
            name=self.name.data or "", is_shared=bool(self.is_shared.data), is_default=bool(self.is_default.data)
        )


class NewViewForm(_View, Form):
    """A new view; or, chosen instead, one of one's own that is to show this from now on."""

    query = HiddenField(validators=[Length(max=LONGEST_QUERY, message="This view is too long to be saved")])
    instead = SelectField("Or change a view you have", choices=[], coerce=_id_or_none)

    def offer(self, own: Sequence[tuple[int, str]]) -> None:
        """One's own views of the list. Call before validating or drawing."""
        self.instead.choices = [("", "No, save a new one"), *((str(each), name) for each, name in own)]
        if self.is_submitted() and self.instead.data:
            self.name.validators = []

    def validate_name(self, field: StringField) -> None:
        if not self.instead.data and not field.data:
            raise ValidationError(NAME_HELP)


class ChangeViewForm(_View, EditForm):
    """A view's name and who sees it, opened on a version of it."""


class DeleteViewForm(EditForm):
    """Nothing to fill in."""


def view_answers(view: SavedView) -> dict[str, Any]:
    """A view's details as the form's `data`."""
    return {name: getattr(view, name) for name in ("name", "is_shared", "is_default", "version")}
