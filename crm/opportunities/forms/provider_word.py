"""How it went, by a provider's word: three questions."""

from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from crm.core.forms import EditForm
from crm.opportunities.employer_word.wording import RATINGS
from crm.opportunities.provider_word.models import ProviderWord
from crm.opportunities.provider_word.services import Feedback

LONGEST = 2000


def _words() -> list[object]:
    return [Optional(), Length(max=LONGEST, message="Shorten it to 2,000 characters")]


class ProviderWordForm(EditForm):
    """Version 0 stands for nothing said yet."""

    rating = RadioField(
        "How did it go for your young people?",
        choices=[(str(rating), words) for rating, words in RATINGS.items()],
        validators=[InputRequired("Select how it went")],
        validate_choice=False,
    )
    went_well = TextAreaField("What went well?", validators=_words(), render_kw={"rows": 3})
    to_change = TextAreaField("What should be different next time?", validators=_words(), render_kw={"rows": 3})

    def validate_rating(self, field: RadioField) -> None:
        if field.data not in {str(rating) for rating in RATINGS}:
            raise ValidationError("Select how it went")

    def feedback(self) -> Feedback:
        """The validated answers. Call only after `validate_on_submit()` was true."""
        return Feedback(
            rating=int(self.rating.data), went_well=self.went_well.data or "", to_change=self.to_change.data or ""
        )


def answers(stored: ProviderWord | None) -> dict[str, object]:
    """What is stored as the form's `data`."""
    if stored is None:
        return {"version": 0}
    return {
        "version": stored.version,
        "rating": str(stored.rating),
        "went_well": stored.went_well,
        "to_change": stored.to_change,
    }
