"""The forms of the library."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from crm.core.fields import id_or_none
from crm.core.forms import EditForm, FilterForm, Form, WebsiteField, WholeNumberField
from crm.employers.forms.shared import EmployerField
from crm.library.models import LONGEST, SHORTEST, Format, LibraryItem
from crm.library.queries import WantedItems
from crm.library.services import ItemDetails

FORMATS = [(each.value, each.label) for each in Format]
Choices = Sequence[tuple[int, str]]


class ItemForm(Form):
    """A video or presentation. The view offers sectors and skills."""

    title = StringField(
        "Title",
        validators=[InputRequired("Enter its title"), Length(max=200, message="Shorten the title to 200 characters")],
    )
    role = StringField(
        "Job role",
        description="Whose day it shows, like “Site manager” or “Nurse”",
        validators=[
            InputRequired("Enter the job role, like “Site manager”"),
            Length(max=120, message="Shorten the job role to 120 characters"),
        ],
    )
    url = WebsiteField(
        "Link",
        description="Where it can be watched. We keep the link, not the film",
        validators=[InputRequired("Enter the link, like https://video.example.com/site-manager")],
    )
    format = SelectField("What is it?", choices=FORMATS)
    minutes = WholeNumberField(
        "How many minutes?",
        description="About",
        validators=[
            InputRequired("Enter about how many minutes it takes, like 4"),
            NumberRange(SHORTEST, LONGEST, f"The minutes must be between {SHORTEST} and {LONGEST}"),
        ],
    )
    has_captions = BooleanField("It has captions", description="Of a video", render_kw={"small": True})
    employer = EmployerField(description="Who shows its work, if it is one of ours", validators=[Optional()])
    sector = SelectField("Sector", coerce=id_or_none)
    skills = SelectMultipleField("Skills the role needs", choices=[], coerce=int, render_kw={"small": True})
    note = TextAreaField(
        "What to say about it",
        description="What to look out for, questions to ask",
        validators=[Length(max=2000, message="Shorten this to 2,000 characters")],
        render_kw={"rows": 3},
    )

    def offer(self, sectors: Choices, skills: Choices) -> None:
        self.sector.choices = [("", "None in particular"), *((str(each), name) for each, name in sectors)]
        self.skills.choices = list(skills)

    def details(self) -> ItemDetails:
        """The validated answers. Call only after `validate_on_submit()` was true."""
        return ItemDetails(
            title=self.title.data or "",
            role=self.role.data or "",
            url=self.url.data or "",
            format=Format(self.format.data),
            minutes=self.minutes.data or 0,
            has_captions=bool(self.has_captions.data),
            employer_id=self.employer.data,
            sector_id=self.sector.data,
            skill_ids=frozenset(self.skills.data or ()),
            note=self.note.data or "",
        )


class EditItemForm(ItemForm, EditForm):
    """An item, opened on a version of it."""

    def show(self, item: LibraryItem) -> None:
        """Open the employer's box on what is stored; the rest comes from `item_answers`."""
        if item.employer is not None:
            self.employer.show(item.employer.id, item.employer.name)


def item_answers(item: LibraryItem) -> dict[str, Any]:
    """An item as the form's `data`."""
    same = ("title", "role", "url", "minutes", "has_captions", "note", "version")
    return {name: getattr(item, name) for name in same} | {
        "format": item.format.value,
        "sector": item.sector_id,
        "skills": [skill.id for skill in item.skills],
    }


class LibraryFilterForm(FilterForm):
    """What narrows the library."""

    q = StringField("Title, job role or employer contains", render_kw={"autocomplete": "off"})
    sector = SelectField("Sector", coerce=id_or_none, validate_choice=False)
    skill = SelectField("Skill", coerce=id_or_none, validate_choice=False)
    format = SelectField("What it is", choices=[("", "Any"), *FORMATS], validate_choice=False)
    captions = BooleanField("With captions only")
    withdrawn = BooleanField("Also what was withdrawn")

    def offer(self, sectors: Choices, skills: Choices) -> None:
        self.sector.choices = [("", "Any"), *((str(each), name) for each, name in sectors)]
        self.skill.choices = [("", "Any"), *((str(each), name) for each, name in skills)]

    def wanted(self) -> WantedItems:
        """Values that mean nothing are left out: an address may come from anywhere."""
        chosen = self.format.data or ""
        return WantedItems(
            words=self.q.data or "",
            sector_id=self.sector.data,
            skill_id=self.skill.data,
            format=Format(chosen) if chosen in set(Format) else None,
            with_captions=bool(self.captions.data),
            withdrawn_too=bool(self.withdrawn.data),
        )
