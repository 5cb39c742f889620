"""The forms of renewals: strings become values here, and nowhere else."""

from collections.abc import Iterator, Mapping, Sequence

from wtforms import FieldList, FormField, IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange
from wtforms.widgets import HiddenInput

from crm.core.fields import id_or_none
from crm.core.forms import EditForm, FilterForm, Form, PartForm, WholeNumberField
from crm.employers.emailing import may_email
from crm.employers.models import Contact
from crm.pledges.forms.lines import SO_MANY_EACH, SO_MANY_YOUNG_PEOPLE, IfGiven
from crm.reference.academic_years import AcademicYear
from crm.renewals.models import ProposalState, RenewalProposal
from crm.renewals.queries import Shown
from crm.renewals.services.reviewing import Decision
from crm.renewals.services.waves import MOST_HOURS, MOST_PER_WAVE
from crm.renewals.wording import STATE_LABELS

DECIDED = (ProposalState.PROPOSED, ProposalState.APPROVED, ProposalState.LEFT_OUT)
DECISIONS = {
    ProposalState.PROPOSED: "Decide later",
    ProposalState.APPROVED: "Ask them",
    ProposalState.LEFT_OUT: "Leave out",
}


class LineForm(PartForm):
    line_id = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    young_people = WholeNumberField(
        "Young people",
        validators=[IfGiven(), SO_MANY_YOUNG_PEOPLE],
    )
    each = WholeNumberField(
        "Each",
        validators=[
            InputRequired("Enter how many each, like 3"),
            SO_MANY_EACH,
        ],
    )


class ProposalForm(PartForm):
    """One employer's row."""

    proposal_id = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    decision = SelectField("Decision", choices=[(state.value, DECISIONS[state]) for state in DECIDED])
    contact = SelectField("Whom to ask", coerce=lambda text: int(text) if text else None, validate_choice=False)
    lines = FieldList(FormField(LineForm), max_entries=20)

    def say_whose(self, proposal: RenewalProposal) -> None:
        """Labels that are told apart when they are heard: there is a row for every employer."""
        name = proposal.employer.name
        self.decision.label.text = f"Decision about {name}"
        self.contact.label.text = f"Whom to ask at {name}"
        kinds = {line.id: line.kind.label for line in proposal.lines}
        for entry in self.lines.entries:
            kind = kinds.get(entry.form.line_id.data or 0, "")
            entry.form.young_people.label.text = f"Young people, {kind}, {name}"
            entry.form.each.label.text = f"Each, {kind}, {name}"

    def decided(self) -> Decision:
        return Decision(
            state=ProposalState(self.decision.data),
            contact_id=self.contact.data,
            numbers={
                entry.form.line_id.data or 0: (entry.form.young_people.data, entry.form.each.data or 0)
                for entry in self.lines.entries
            },
            seen_version=self.version.data or 0,
        )


class ReviewForm(Form):
    """A page of proposals, decided about together."""

    rows = FieldList(FormField(ProposalForm), max_entries=100)

    def show(self, proposals: Sequence[RenewalProposal]) -> None:
        """Open the form on proposals as they are stored: those that can still be decided about."""
        for each in proposals:
            state = each.state if each.state in DECIDED else ProposalState.PROPOSED
            self.rows.append_entry(
                {
                    "proposal_id": each.id,
                    "version": each.version,
                    "decision": state.value,
                    "contact": each.contact_id,
                    "lines": [
                        {"line_id": line.id, "young_people": line.young_people, "each": line.each}
                        for line in each.lines
                    ],
                }
            )

    def offer(self, proposals: Mapping[int, RenewalProposal], people: Mapping[int, Sequence[Contact]]) -> None:
        """Whom each employer's row can choose from. Those we may not e-mail are named, with why."""
        for row in self.filled:
            proposal = proposals.get(row.proposal_id.data or 0)
            contacts = people.get(proposal.employer_id, ()) if proposal else ()
            row.contact.choices = [("", "Nobody yet")]
            if proposal:
                row.contact.choices += [(str(each.id), _named(proposal, each)) for each in contacts]
                row.say_whose(proposal)

    @property
    def filled(self) -> Iterator[ProposalForm]:
        return (entry.form for entry in self.rows.entries)

    def row_of(self, proposal_id: int) -> ProposalForm | None:
        return next((row for row in self.filled if row.proposal_id.data == proposal_id), None)


def _named(proposal: RenewalProposal, contact: Contact) -> str:
    may = may_email(proposal.employer, contact).allowed
    return contact.name if may else f"{contact.name} (may not be e-mailed)"


class BeginForm(Form):
    academic_year = SelectField("For which academic year?")

    def offer_years(self, years: Sequence[AcademicYear], chosen: AcademicYear) -> None:
        self.academic_year.choices = [(year.name, str(year)) for year in years]
        if not self.is_submitted():
            self.academic_year.data = chosen.name

    @property
    def year(self) -> AcademicYear:
        return AcademicYear(str(self.academic_year.data))


class WavesForm(EditForm):
    per_wave = WholeNumberField(
        "Employers in a wave",
        default="25",
        validators=[
            InputRequired("Enter how many employers, like 25"),
            NumberRange(1, MOST_PER_WAVE, "A wave is 1 to 1,000 employers"),
        ],
        description="As many as you can answer when they ring",
    )
    hours_between = WholeNumberField(
        "Hours between two waves",
        default="24",
        validators=[
            InputRequired("Enter how many hours, like 24"),
            NumberRange(1, MOST_HOURS, "Between two waves are 1 to 336 hours"),
        ],
        description="24 is a wave a day, at the time you begin",
    )


class ShownForm(FilterForm):
    state = SelectField(
        "State", choices=[("", "Any state"), *((state.value, STATE_LABELS[state][0]) for state in ProposalState)]
    )
    officer = SelectField("Officer", validate_choice=False)

    def offer_officers(self, officers: Sequence[tuple[int, str]]) -> None:
        self.officer.choices = [("", "Anyone"), *((str(user_id), name) for user_id, name in officers)]

    def wanted(self) -> Shown:
        """What to show. Anything odd in the address counts as not asked for."""
        state = str(self.state.data or "")
        return Shown(
            state=ProposalState(state) if state in {each.value for each in ProposalState} else None,
            owner_id=id_or_none(str(self.officer.data or "")),
        )
