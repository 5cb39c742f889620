"""Sending a class list, and saying yes to what it would do."""

from collections.abc import Sequence

from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError

from crm.core.fields import id_or_none
from crm.core.forms import Form
from crm.providers.forms import LONGEST_PASTE, YEAR_GROUPS
from crm.providers.models import Provider, YearGroup


class ClassListForm(Form):
    """A file or pasted rows. The view offers providers where there are several."""

    provider = SelectField("Provider", coerce=id_or_none, validators=[InputRequired("Select the provider")])
    file = FileField(
        "Excel workbook (.xlsx) or CSV file",
        description="A column “Reference”, and if you like “Year group” and “Area”. No names and no dates of birth",
        render_kw={"accept": ".csv,.txt,.xlsx"},
    )
    rows = TextAreaField(
        "Or paste the rows",
        description="Copied from your spreadsheet, with their headings if there are any",
        validators=[Length(max=LONGEST_PASTE, message="Paste fewer rows, or upload them as a file")],
        render_kw={"rows": 6, "spellcheck": "false", "autocomplete": "off"},
    )
    year_group = SelectField("Year group of those for whom the list gives none", choices=YEAR_GROUPS)

    def offer_providers(self, providers: Sequence[Provider]) -> None:
        self.provider.choices = [("", "Choose"), *((str(each.id), each.name) for each in providers)]

    def validate_file(self, field: FileField) -> None:
        if not field.data and not self.as_copied.strip():
            raise ValidationError("Choose a file, or paste the rows")

    @property
    def as_copied(self) -> str:
        """The rows with every tab: `rows.data` has lost those at its ends, which are empty cells."""
        return str(self.rows.raw_data[0]) if self.rows.raw_data else ""

    @property
    def otherwise(self) -> YearGroup | None:
        return YearGroup(self.year_group.data) if self.year_group.data else None


class ConfirmForm(Form):
    """What was previewed comes back in `rows`, and is read and checked again."""

    provider = HiddenField(validators=[InputRequired("Send the list again")])
    rows = HiddenField(validators=[InputRequired("Send the list again")])
    year_group = HiddenField()
    change = BooleanField("Change the year groups and areas that differ")
    not_names = BooleanField("Those that look like names are references: record them as well")

    @property
    def provider_id(self) -> int:
        return id_or_none(self.provider.data) or 0

    @property
    def otherwise(self) -> YearGroup | None:
        return YearGroup(self.year_group.data) if self.year_group.data in set(YearGroup) else None
