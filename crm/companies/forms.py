"""Uploading an extract, and saying what to take of what differs."""

from datetime import date

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, SelectMultipleField
from wtforms.validators import Optional

from crm.companies.wording import COLUMN_LABELS
from crm.core.fields import UkDateField
from crm.core.forms import Form


class UploadForm(Form):
    file = FileField(
        "Choose the CSV file, or the zip it comes in",
        description="At most 10 MB. Nothing is changed before you have seen what it would do.",
        validators=[FileRequired("Choose a file")],
        render_kw={"accept": ".csv,.zip"},
    )
    as_at = UkDateField(
        "The day the file was made", description="Only if the file’s name does not say it", validators=[Optional()]
    )
    is_whole = BooleanField("It is the whole register: a number that it lacks is no longer on it")

    def made_on(self, name_says: date | None) -> date | None:
        """The day that was typed; otherwise what the file's name says."""
        typed: date | None = self.as_at.data
        return typed or name_says


class LoadForm(Form):
    take = SelectMultipleField(
        "Where an officer typed something else, overwrite it with what Companies House has",
        choices=list(COLUMN_LABELS.items()),
        render_kw={"small": True},
    )
