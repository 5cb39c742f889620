"""What belongs to an employer that would be merged into another: which rows go over, which stay behind."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Index, Table, UniqueConstraint, and_, or_, select

from crm.core.db import Base, db
from crm.merging.rules import EMPLOYER_KEYS, How, Rule


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one key that name the loser."""

    key: str
    rule: Rule
    ids: Sequence[int]
    twins: Mapping[int, int]  # of rows that clash with one of the survivor's: its id

    @property
    def table(self) -> Table:
        return table_of(self.key)

    @property
    def column(self) -> str:
        return column_of(self.key)

    @property
    def moving(self) -> list[int]:
        """Those that go over. Clashing ones do when they can be told apart."""
        if self.rule.how in {How.UNITES, How.CONTACTS}:
            return [each for each in self.ids if each not in self.twins]
        return list(self.ids)

    @property
    def staying(self) -> list[int]:
        gone = set(self.moving)
        return [each for each in self.ids if each not in gone]


def parts(survivor_id: int, loser_id: int) -> Sequence[Part]:
    """Everything that names the loser and is to go over, in the order of the rules. Two statements for each key."""
    return [
        Part(key, rule, _ids(key, loser_id), twins(key, survivor_id, loser_id))
        for key, rule in EMPLOYER_KEYS.items()
        if rule.how is not How.STAYS
    ]


def twins(key: str, survivor_id: int, loser_id: int) -> dict[int, int]:
    """Rows of the loser that a unique key would not let beside one of the survivor's, each with that one's id."""
    table, column = table_of(key), column_of(key)
    theirs, ours = table.alias("theirs"), table.alias("ours")
    same = [and_(*(theirs.c[name] == ours.c[name] for name in others)) for others in unique_with(table, column)]
    if not same:
        return {}
    statement = (
        select(theirs.c.id, ours.c.id)
        .where(theirs.c[column] == loser_id, ours.c[column] == survivor_id, or_(*same))
        .order_by(theirs.c.id, ours.c.id)
    )
    found: dict[int, int] = {}
    for their_id, our_id in db.session.execute(statement):
        found.setdefault(their_id, our_id)
    return found


def table_of(key: str) -> Table:
    return Base.metadata.tables[key.rpartition(".")[0]]


def column_of(key: str) -> str:
    return key.rpartition(".")[2]


def _ids(key: str, employer_id: int) -> Sequence[int]:
    table = table_of(key)
    statement = select(table.c.id).where(table.c[column_of(key)] == employer_id).order_by(table.c.id)
    return db.session.scalars(statement).all()


def open_twins(key: str, survivor_id: int, loser_id: int) -> dict[int, int]:
    """The same for a key that is unique by itself among some rows: "one open request of a person"."""
    table, column = table_of(key), column_of(key)
    found: dict[int, int] = {}
    for index in table.indexes:
        where = index.dialect_options["sqlite"]["where"]
        if index.unique and where is not None and [each.name for each in index.columns] == [column]:
            rows = select(table.c.id).where(where).order_by(table.c.id)
            ours = db.session.scalar(rows.where(table.c[column] == survivor_id))
            theirs = db.session.scalars(rows.where(table.c[column] == loser_id))
            found |= {each: ours for each in theirs if ours is not None}
    return found


def unique_with(table: Table, column: str) -> Iterator[list[str]]:
    """Of each unique key with this column in it, the other columns. Keys of some rows only have rules of their own."""
    keys: list[UniqueConstraint | Index] = [each for each in table.constraints if isinstance(each, UniqueConstraint)]
    keys += (each for each in table.indexes if each.unique and each.dialect_options["sqlite"]["where"] is None)
    for key in keys:
        names = [str(each.name) for each in key.columns]
        if column in names:
            yield [name for name in names if name != column]
