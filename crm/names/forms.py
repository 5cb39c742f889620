"""The forms of names."""

from collections.abc import Sequence

from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from crm.core.forms import Form
from crm.names.pasting import NamedLine, read_lines, read_name

LONGEST_PASTE = 50_000


class KeepNamesForm(Form):
    """A provider chooses to keep names."""

    told = BooleanField(
        "Our young people, and their parents where they are under 16, were told that we keep their names here",
        validators=[InputRequired("Confirm that they were told, or keep references only")],
    )


class StopNamesForm(Form):
    """Nothing to fill in but that it is meant."""

    sure = BooleanField("Forget every name for good", validators=[InputRequired("Confirm that the names go")])


class NameForm(Form):
    """One name. The box opens empty: what is kept is not shown without a look being logged."""

    name = StringField(
        "Name",
        validators=[InputRequired("Enter the name"), Length(max=200, message="Shorten the name to 120 characters")],
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )

    def validate_name(self, field: StringField) -> None:
        try:
            read_name(field.data or "")
        except ValueError as advice:
            raise ValidationError(str(advice)) from advice


class NamesForm(Form):
    """Several at once."""

    names = TextAreaField(
        "References and names",
        description="One young person on a line: the reference, a comma or tab, and the name. "
        "Two columns copied from a spreadsheet fit",
        validators=[
            InputRequired("Enter at least one reference with a name"),
            Length(max=LONGEST_PASTE, message="Paste fewer at once"),
        ],
        render_kw={"rows": 12, "spellcheck": "false", "autocomplete": "off"},
    )

    def validate_names(self, field: TextAreaField) -> None:
        try:
            read_lines(field.data or "")
        except ValueError as advice:
            raise ValidationError(str(advice)) from advice

    def lines(self) -> Sequence[NamedLine]:
        """The validated answers. Call only after `validate_on_submit()` was true."""
        return read_lines(self.names.data or "")
