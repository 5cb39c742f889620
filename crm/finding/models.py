"""The index's own tables. Triggers fill them from the tables that are searched; nothing else writes them.

No foreign keys: a row of the index never keeps a row that it describes from being deleted.
"""

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from crm.core.db import Base


class Indexed:
    """One row of a searched table, under the same id, in plain words: small letters, no accents, single spaces."""

    parent_id: Mapped[int] = mapped_column(index=True)  # whose it is: see crm.finding.sources
    name: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)  # its own words, with a space at either end
    beside: Mapped[str] = mapped_column(Text)  # what helps to find it but is not its own: a contact's employer
    is_past: Mapped[bool]  # archived, or left: comes last

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Index, ...]:  # noqa: N805  # a declared_attr is given the class
        # PostgreSQL's LIKE 'begins so%' needs the operators, whatever the database's collation.
        operators = {"name": "text_pattern_ops"}
        return (Index(f"ix_{cls.__tablename__}_name", "name", "id", postgresql_ops=operators),)  # type: ignore[attr-defined]  # a table name, in each


class SearchEmployer(Indexed, Base):
    __tablename__ = "search_employer"


class SearchContact(Indexed, Base):
    __tablename__ = "search_contact"


class SearchYoungPerson(Indexed, Base):
    __tablename__ = "search_young_person"


class SearchWord(Base):
    """A word that names or the contact log contain, to know what a misspelt one may mean.

    Not unique: two people writing at once never wait for each other here. A word twice does no harm, and the nightly
    tidying drops it.
    """

    __tablename__ = "search_word"

    word: Mapped[str] = mapped_column(index=True)
