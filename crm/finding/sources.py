"""What can be found by name, and by what: the one list from which triggers, filling and rebuilding are made.

Tables are named as text, because they belong to features above this one.
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    EMPLOYER = "employer"
    CONTACT = "contact"
    INTERACTION = "interaction"
    YOUNG_PERSON = "young_person"


@dataclass(frozen=True, slots=True)
class Source:
    """A table, and what of its rows is indexed. All values are SQL that both databases read alike."""

    kind: Kind
    parent: str
    name: str
    plain: tuple[str, ...]  # as people write it: indexed without accents and punctuation
    exact: tuple[str, ...]  # in one spelling already: indexed in small letters
    is_past: str
    addresses: tuple[str, ...] = ()  # e-mail addresses: the part before the @ is its own, the whole stands beside it
    beside: tuple[str, ...] = ()  # plain words of another row, so that "dawn moorcroft" finds Dawn at Moorcroft
    joins: str = ""
    joined_by: tuple[str, str] | None = None  # the other table, and the column here that points to it
    learns: bool = True  # whether its words are remembered, to forgive misspelling

    @property
    def table(self) -> str:
        return self.kind.value

    @property
    def index(self) -> str:
        return f"search_{self.kind.value}"

    @property
    def columns(self) -> tuple[str, ...]:
        """The table's own columns that the index depends on."""
        read = (self.parent, self.name, *self.plain, *self.exact, *self.addresses, self.is_past)
        return _of(self.table, read)

    @property
    def columns_beside(self) -> tuple[str, ...]:
        """The other table's columns that the index depends on."""
        return _of(self.joined_by[0], self.beside) if self.joined_by else ()


def differs(index: str) -> str:
    """Whether a row of an index is not what it ought to be: most changes of an employer do not concern it."""
    columns = ("parent_id", "name", "text", "beside", "is_past")
    return " OR ".join(f"{index}.{column} <> excluded.{column}" for column in columns)


def _of(table: str, expressions: tuple[str, ...]) -> tuple[str, ...]:
    names = re.findall(rf"\b{table}\.(\w+)", " ".join(expressions))
    return tuple(dict.fromkeys(name for name in names if name != "id"))


SOURCES = (
    Source(
        Kind.EMPLOYER,
        parent="coalesce(employer.merged_into_id, employer.id)",  # its old name leads to what it became part of
        name="employer.name_key",
        plain=("employer.trading_name",),
        exact=(
            "employer.company_number",
            "employer.postcode",
            "replace(employer.postcode, ' ', '')",
            "employer.email",
            "employer.phone",
            "employer.website",
        ),
        is_past="employer.archived_at IS NOT NULL AND employer.merged_into_id IS NULL",
    ),
    Source(
        Kind.CONTACT,
        parent="contact.employer_id",
        name="contact.name",
        plain=(),
        exact=("contact.phone", "contact.mobile"),
        addresses=("contact.email",),
        is_past="contact.left_at IS NOT NULL",
        beside=("employer.name_key", "employer.trading_name"),
        joins="JOIN employer ON employer.id = contact.employer_id",
        joined_by=("employer", "employer_id"),
    ),
    Source(
        Kind.YOUNG_PERSON,
        parent="young_person.provider_id",
        name="young_person.reference",
        plain=(),
        exact=(),
        is_past="young_person.left_at IS NOT NULL",
        learns=False,  # another's reference is no misspelling
    ),
)
BY_KIND = {source.kind: source for source in SOURCES}
SHORTEST_WORD, LONGEST_WORD = 4, 40  # letters of a word that is remembered
