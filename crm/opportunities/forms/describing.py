"""What an opportunity is for, for whom and where: fields of its form. And the form of what makes it meaningful."""

from collections.abc import Mapping, Sequence

from wtforms import RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import Length, Optional, ValidationError

from crm.core.forms import EditForm, Form
from crm.opportunities.models import Opportunity
from crm.opportunities.particulars import Part, Programme, Venue, parts_of
from crm.opportunities.services import Lists
from crm.opportunities.wording import part_words
from crm.pledges.kinds import Mode, OpportunityKind
from crm.providers.models import YearGroup

ANSWERS = {"yes": True, "no": False}
NOT_KNOWN = ""


class Described(Form):
    """The part of the form that describes. The choices of sectors and skills are offered by the view."""

    activity = TextAreaField(
        "What will the young people do?",
        description="A sentence or two that a provider can pass on",
        validators=[Length(max=2000, message="Shorten this to 2,000 characters")],
        render_kw={"rows": 3},
    )
    venue = RadioField(
        "Where do the young people go?",
        choices=[(venue.value, venue.label) for venue in Venue],
        validate_choice=False,
        render_kw={"inline": True, "small": True},
    )
    programme = SelectField(
        "Part of a programme",
        choices=[("", "No"), *((each.value, each.label) for each in Programme)],
        description="Its hours are never added to those of other opportunities",
        validate_choice=False,
    )
    year_groups = SelectMultipleField(
        "Year groups",
        description="Select those it is for, or none if it is for all. A placement of several days is for Year 10 and "
        "above, unless a manager says why",
        choices=[(each.value, each.label) for each in YearGroup],
        render_kw={"small": True, "inline": True},
    )
    sectors = SelectMultipleField("Sectors", choices=[], coerce=int, validators=[Optional()], render_kw={"small": True})

    skills = SelectMultipleField(
        "Skills they practise",
        description="Of the agreed list",
        choices=[],
        coerce=int,
        validators=[Optional()],
        render_kw={"small": True},
    )

    def offer_lists(self, sectors: Sequence[tuple[int, str]], skills: Sequence[tuple[int, str]]) -> None:
        self.sectors.choices = [(str(each), name) for each, name in sectors]
        self.skills.choices = [(str(each), name) for each, name in skills]

    def describe(self, opportunity: Opportunity) -> None:
        """Show what is stored."""
        self.activity.data, self.venue.data = opportunity.activity, opportunity.venue.value
        self.programme.data = opportunity.programme.value if opportunity.programme else ""
        self.year_groups.data = [row.year_group.value for row in opportunity.year_groups]
        self.sectors.data = [sector.id for sector in opportunity.sectors]
        self.skills.data = [skill.id for skill in opportunity.skills]

    @property
    def chosen_programme(self) -> Programme | None:
        return Programme(self.programme.data) if self.programme.data in set(Programme) else None

    @property
    def chosen_venue(self) -> Venue | None:
        """Where they go, if that was said; if not, what else is said decides."""
        return Venue(self.venue.data) if self.venue.data in set(Venue) else None

    def refuse_elsewhere(self, site_id: int | None, mode: str | None) -> None:
        """Raise ValidationError unless the venue goes with the site and how it takes place."""
        if site_id is not None and self.chosen_venue not in (None, Venue.SITE):
            raise ValidationError("You chose a site of theirs as well. Select “At one of the employer’s sites”")
        if self.chosen_venue is Venue.ONLINE and mode != Mode.ONLINE:
            raise ValidationError("Select “Online” above as well, or say where the young people go")

    def lists(self, parts: Mapping[Part, bool]) -> Lists:
        """The lists of the form, with meaningful parts that were said elsewhere."""
        return Lists(
            sector_ids=frozenset(self.sectors.data or ()),
            skill_ids=frozenset(self.skills.data or ()),
            year_groups=frozenset(YearGroup(each) for each in self.year_groups.data or ()),
            parts=parts,
        )


class PartsForm(EditForm):
    """Which meaningful parts an opportunity has: one question for each part that its kind is asked about."""

    def ask_about(self, kind: OpportunityKind) -> None:
        """Leave only the questions of this kind, in its words."""
        for part in Part:
            if part not in parts_of(kind):
                del self[part.value]
        for part in parts_of(kind):
            self[part.value].label.text, self[part.value].description = part_words(part, kind)

    def show(self, opportunity: Opportunity) -> None:
        said = {row.part: "yes" if row.present else "no" for row in opportunity.parts}
        for part in parts_of(opportunity.kind):
            self[part.value].data = said.get(part, NOT_KNOWN)
        self.version.data = opportunity.version

    @property
    def said(self) -> Mapping[Part, bool]:
        """The validated answers, without what is not known."""
        answers = {part: self[part.value].data for part in Part if part.value in self}
        return {part: ANSWERS[answer] for part, answer in answers.items() if answer in ANSWERS}


for _part in Part:
    setattr(
        PartsForm,
        _part.value,
        RadioField(
            _part.value,
            choices=[("yes", "Yes"), ("no", "No"), (NOT_KNOWN, "Not known")],
            default=NOT_KNOWN,
            validate_choice=False,
            render_kw={"inline": True, "small": True},
        ),
    )
