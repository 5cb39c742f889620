"""Offering to add people a mail names as contacts."""

from collections.abc import Collection, Iterable
from typing import Any

from wtforms import SelectMultipleField

from crm.correspondence.queries.people import Known
from crm.correspondence.reading.letter import Person
from crm.correspondence.sorting import domain_of, name_for


class NewcomersField(SelectMultipleField):
    """People to add as contacts, by address. Those whose address ends like the employer's are ticked to begin with."""

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, choices=[], render_kw={"small": True}, **options)
        self._people: dict[str, Person] = {}

    def offer(self, people: Iterable[Person], known: Known | None, ours: Collection[str]) -> None:
        """Offer whoever is neither ours nor known at the employer, who may not be chosen yet."""
        there = known.people if known else {}
        self._people = {
            person.email: Person(name_for(person), person.email)
            for person in people
            if person.email and person.email not in ours and person.email not in there
        }
        self.choices = [(each.email, f"{each.name} ({each.email})") for each in self._people.values()]

    def tick_likely(self, known: Known) -> None:
        self.data = [email for email in self._people if domain_of(email) in known.domains]

    def chosen(self) -> tuple[Person, ...]:
        return tuple(self._people[email] for email in self.data or () if email in self._people)
