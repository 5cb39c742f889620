"""What whoever files a mail decides."""

from dataclasses import dataclass
from datetime import date, datetime

from crm.accounts.models import User
from crm.correspondence.reading.letter import Person


@dataclass(frozen=True, slots=True)
class Filing:
    """By whom, when, and what is to be different from what the mail says."""

    by: User
    at: datetime
    today: date  # in London
    on: date | None = None  # another day than the mail's own
    new_contacts: tuple[Person, ...] = ()  # people to add at the employer, with name and address
