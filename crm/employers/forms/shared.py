"""What these forms share: asking for an employer, a chooser that may be left open, how long a text may be."""

from collections.abc import Sequence
from typing import Any

from wtforms import SelectField
from wtforms.validators import InputRequired, Length

from crm.core.fields import id_or_none
from crm.core.forms import SearchSelectField
from crm.employers.queries import employers_named

LONGEST_NAME = 255
LONGEST_ADDRESS = 1000
NOT_KNOWN = ("", "Not known")
Choices = Sequence[tuple[int, str]]


class EmployerField(SearchSelectField):
    """Asks for an employer by part of its name. `data` is the id, or None."""

    def __init__(self, label: str = "Employer", validators: Sequence[Any] | None = None, **options: Any) -> None:
        super().__init__(
            label,
            [InputRequired("Enter part of the employer’s name")] if validators is None else validators,
            source="employers.options",
            noun="employer",
            **{"description": "Start typing its name", **options},
        )
        self.find = employers_named


def short(what: str) -> Length:
    return Length(max=LONGEST_NAME, message=f"{what} must be {LONGEST_NAME} characters or fewer")


def chooser(label: str, **options: Any) -> SelectField:
    """One of a list that may be left open; `offer` fills it."""
    return SelectField(label, choices=[], coerce=id_or_none, **options)


def or_not_known(choices: Choices) -> list[tuple[str, str]]:
    return [NOT_KNOWN, *((str(each), name) for each, name in choices)]
