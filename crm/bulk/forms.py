"""What each action on many employers asks for, and the buttons of a preview."""

import re
from collections.abc import Sequence
from typing import Any

from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from crm.bulk.models import BulkAction
from crm.bulk.services import PLACEHOLDERS, BulkDetails, Recipients
from crm.core.forms import EditForm, Form

Choices = Sequence[tuple[int, str]]
LONGEST_REASON = 1000
LONGEST_TAG = 120
LONGEST_SUBJECT = 120
LONGEST_BODY = 5000
NOBODY = "nobody"
IN_BRACES = re.compile(r"\{[^{}\n]{0,40}\}")


class ActionForm(Form):
    """Parent of what the actions ask. `details` gives the validated answers."""

    action: BulkAction

    def details(self) -> BulkDetails:
        return BulkDetails(action=self.action)

    def recipients(self) -> Recipients:
        """For e-mail, whom at each employer."""
        return Recipients.MAIN

    def offer(self, *, owners: Choices, tags: Choices) -> None:
        """What can be chosen. Call before validating or drawing."""


class AssignForm(ActionForm):
    action = BulkAction.ASSIGN
    owner_id = SelectField("Which officer?", choices=[], validators=[InputRequired("Select an officer, or nobody")])

    def offer(self, *, owners: Choices, tags: Choices) -> None:  # noqa: ARG002  # other forms ask for tags
        officers = [(str(each), name) for each, name in owners]
        self.owner_id.choices = [("", "Choose an officer"), *officers, (NOBODY, "Nobody: take them from everybody")]

    def details(self) -> BulkDetails:
        """The validated answers. Call only after `validate_on_submit()` was true."""
        chosen = None if self.owner_id.data == NOBODY else int(self.owner_id.data)
        return BulkDetails(action=self.action, new_owner_id=chosen)


class AddTagForm(ActionForm):
    action = BulkAction.ADD_TAG
    tag = SelectField("Tag", choices=[], validators=[Optional()])
    new_tag = StringField(
        "Or a new one",
        description="A word or two, like Roundtable 2027",
        validators=[Optional(), Length(max=LONGEST_TAG, message=f"The tag must be {LONGEST_TAG} characters or fewer")],
        render_kw={"width": 20},
    )

    def offer(self, *, owners: Choices, tags: Choices) -> None:  # noqa: ARG002  # other forms ask for owners
        self.tag.choices = [("", "Choose a tag"), *((name, name) for _, name in tags)]

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        if valid and not (self.tag.data or self.new_tag.data):
            self.refuse("Choose a tag, or type a new one", self.new_tag)
            return False
        return valid

    def details(self) -> BulkDetails:
        return BulkDetails(action=self.action, tag_name=self.new_tag.data or self.tag.data)


class RemoveTagForm(ActionForm):
    action = BulkAction.REMOVE_TAG
    tag = SelectField("Tag", choices=[], validators=[InputRequired("Choose which tag to take away")])

    def offer(self, *, owners: Choices, tags: Choices) -> None:  # noqa: ARG002  # other forms ask for owners
        self.tag.choices = [("", "Choose a tag"), *((name, name) for _, name in tags)]

    def details(self) -> BulkDetails:
        return BulkDetails(action=self.action, tag_name=self.tag.data)


class ArchiveForm(ActionForm):
    action = BulkAction.ARCHIVE
    reason = TextAreaField(
        "Why are these employers archived?",
        description="It is shown on each of them",
        validators=[
            InputRequired("Enter why these employers are archived"),
            Length(max=LONGEST_REASON, message="The reason must be 1,000 characters or fewer"),
        ],
        render_kw={"rows": 3},
    )

    def details(self) -> BulkDetails:
        return BulkDetails(action=self.action, reason=self.reason.data)


class RestoreForm(ActionForm):
    action = BulkAction.RESTORE


class EmailForm(ActionForm):
    action = BulkAction.EMAIL
    to = RadioField(
        "Who gets it?",
        choices=[(each.value, each.label) for each in Recipients],
        default=Recipients.MAIN.value,
        validators=[InputRequired("Select who gets it")],
        render_kw={"small": True},
    )
    subject = StringField(
        "Subject",
        description="The same for all. No names: a subject can be read on the way",
        validators=[
            InputRequired("Enter a subject, like Open days in March"),
            Length(max=LONGEST_SUBJECT, message=f"The subject must be {LONGEST_SUBJECT} characters or fewer"),
        ],
    )
    body = TextAreaField(
        "Text",
        description=f"Each reader sees their own in place of {', '.join(PLACEHOLDERS)}",
        default="Dear {contact name},\n\n",
        validators=[
            InputRequired("Enter what you want to write"),
            Length(max=LONGEST_BODY, message=f"The text must be {LONGEST_BODY:,} characters or fewer"),
        ],
        render_kw={"rows": 12, "max_characters": LONGEST_BODY},
    )

    def recipients(self) -> Recipients:
        return Recipients(self.to.data)

    def validate_subject(self, field: StringField) -> None:
        if IN_BRACES.search(field.data or ""):
            raise ValidationError("Write a subject without names: what stands in braces is not filled in there")

    def validate_body(self, field: TextAreaField) -> None:
        unknown = [each for each in IN_BRACES.findall(field.data or "") if each not in PLACEHOLDERS]
        if unknown:
            raise ValidationError(f"{unknown[0]} cannot be filled in. Use {', '.join(PLACEHOLDERS)}, or no braces")
        text = (field.data or "").replace(PLACEHOLDERS[0], "").strip(" ,\n")
        if text.casefold() in {"", "dear"}:
            raise ValidationError("Enter what you want to write")

    def details(self) -> BulkDetails:
        return BulkDetails(action=self.action, subject=self.subject.data, body=self.body.data)


FORMS: dict[BulkAction, type[ActionForm]] = {
    form.action: form for form in (AssignForm, AddTagForm, RemoveTagForm, EmailForm, ArchiveForm, RestoreForm)
}


class CarryOutForm(EditForm):
    """The button of a preview, with the version that was looked at."""
