"""What can be filled in on an employer's page. No keys, no CSRF tokens: the link is the secret; twice is harmless."""

from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, StopValidation

from crm.core.forms import EmailField, PartForm, PhoneField, WholeNumberField
from crm.opportunities.employer_word.services import Word
from crm.opportunities.employer_word.wording import RATINGS
from crm.pledges.appetites import AppetiteDetails
from crm.pledges.models import Attitude

HOW_IT_WENT = [(str(rating), words) for rating, words in RATINGS.items()]
AGAIN = [
    (Attitude.ACTIVELY_LOOKING.value, "Yes, we would like to"),
    (Attitude.INTERESTED.value, "Maybe, ask us"),
    (Attitude.NOT_THIS_YEAR.value, "No"),
]
LONGEST = 2000


def _words() -> list[object]:
    return [Optional(), Length(max=LONGEST, message="Shorten it to 2,000 characters")]


class AskAgainForm(PartForm):
    email = EmailField(
        "Your work e-mail address",
        validators=[InputRequired("Enter your e-mail address, like name@company.co.uk")],
        render_kw={"autocomplete": "email"},
    )


class AgainForm(PartForm):
    attitude = RadioField("Would you host young people again?", choices=AGAIN, validate_choice=False)
    reason = RadioField("If not, why not?", validate_choice=False)

    def offer_reasons(self, reasons: list[tuple[int, str]]) -> None:
        self.reason.choices = [(str(reason_id), name) for reason_id, name in reasons]

    def validate_attitude(self, field: RadioField) -> None:
        if field.data not in dict(AGAIN):
            raise StopValidation("Select whether you would host young people again")

    def validate_reason(self, field: RadioField) -> None:
        if self.attitude.data == Attitude.NOT_THIS_YEAR and field.data not in {
            value for value, *_ in self.reason.iter_choices()
        }:
            raise StopValidation("Select why not")

    def appetite(self) -> AppetiteDetails | None:
        """What they say of the next academic year; None if they say nothing."""
        if self.attitude.data not in dict(AGAIN):
            return None
        attitude = Attitude(self.attitude.data)
        return AppetiteDetails(attitude, int(self.reason.data) if attitude is Attitude.NOT_THIS_YEAR else None)


class WordForm(AgainForm):
    """Three questions, how many came, and whether again. Nothing has to be answered."""

    came = WholeNumberField(
        "How many young people came?", validators=[Optional(), NumberRange(0, 10_000, "Enter a number like 4")]
    )
    rating = RadioField("How did it go?", choices=HOW_IT_WENT, validators=[Optional()], validate_choice=False)
    went_well = TextAreaField("What went well?", validators=_words(), render_kw={"rows": 3})
    to_change = TextAreaField("What should be different next time?", validators=_words(), render_kw={"rows": 3})

    def validate_attitude(self, field: RadioField) -> None:
        """May be left open here."""

    def word(self) -> Word:
        return Word(
            came=self.came.data,
            rating=int(self.rating.data) if self.rating.data in dict(HOW_IT_WENT) else None,
            went_well=self.went_well.data or "",
            to_change=self.to_change.data or "",
        )


class DetailsForm(PartForm):
    job_title = StringField(
        "Your job title",
        validators=[Optional(), Length(max=200, message="Shorten your job title to 200 characters")],
        render_kw={"autocomplete": "organization-title"},
    )
    phone = PhoneField("Phone", validators=[Optional()], render_kw={"autocomplete": "tel"})
    mobile = PhoneField("Mobile", validators=[Optional()], render_kw={"autocomplete": "tel"})
    address = TextAreaField(
        "Where young people come to",
        validators=[Optional(), Length(max=500, message="Shorten the address to 500 characters")],
        description="The address of your site",
        render_kw={"rows": 3, "autocomplete": "street-address"},
    )
