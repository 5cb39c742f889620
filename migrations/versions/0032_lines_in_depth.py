"""A line of a pledge says where, how, for whom, in which sectors, and how it is spread over its window.

The lines of a decided version never change (0008), and neither does what belongs to them here.
"""

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

YEAR_GROUPS = ("7", "8", "9", "10", "11", "12", "13", "18-24")
LINES = "the lines of a decided pledge never change"
TABLES = {"sector": "pledge_line_sector", "year_group": "pledge_line_year_group"}
# Which rows each event touches: nothing may leave a line of a decided version, nor come to one.
SEEN_BY = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}
KEY = "CONSTRAINT fk_pledge_line_site_id_site FOREIGN KEY(site_id) REFERENCES site (id) ON DELETE RESTRICT"
COLUMNS = {
    "site_id": "INTEGER",
    "mode": "VARCHAR(32) CONSTRAINT ck_pledge_line_mode CHECK (mode IN ('in_person', 'online', 'mixed'))",
    "profile": (
        "VARCHAR(32) DEFAULT 'term_time' NOT NULL CONSTRAINT ck_pledge_line_deliveryprofile "
        "CHECK (profile IN ('term_time', 'evenly', 'by_date'))"
    ),
    "due_on": (
        "DATE CONSTRAINT ck_pledge_line_due_by_date_has_its_date CHECK ((profile = 'by_date') = (due_on IS NOT NULL)) "
        "CONSTRAINT ck_pledge_line_due_inside_its_window "
        "CHECK (due_on IS NULL OR due_on BETWEEN window_starts_on AND window_ends_on)"
    ),
}


def upgrade() -> None:
    for name, definition in COLUMNS.items():
        op.execute(f"ALTER TABLE pledge_line ADD COLUMN {name} {definition}")
    if op.get_bind().dialect.name == "sqlite":
        _rebuild_on_sqlite(lambda sql: f"{sql.rstrip().removesuffix(')')}, {KEY})")
    else:
        op.execute(f"ALTER TABLE pledge_line ADD {KEY}")
    op.create_index(op.f("ix_pledge_line_site_id"), "pledge_line", ["site_id"], unique=False)
    _create_tables()
    for what, table in TABLES.items():
        for event, rows in SEEN_BY.items():
            _refuse(f"pledge_line_refuses_{what}_{event.lower()}", table, event, rows)


def downgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for what, table in reversed(TABLES.items()):
        op.drop_table(table)  # and its triggers
        if not on_sqlite:
            for event in SEEN_BY:
                op.execute(f"DROP FUNCTION pledge_line_refuses_{what}_{event.lower()}()")
    op.drop_index(op.f("ix_pledge_line_site_id"), table_name="pledge_line")
    if on_sqlite:
        _rebuild_on_sqlite(lambda sql: sql.replace(f", {KEY}", ""))
    for name in reversed(COLUMNS):
        op.execute(f"ALTER TABLE pledge_line DROP COLUMN {name}")


def _create_tables() -> None:
    op.create_table(
        "pledge_line_sector",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pledge_line_id", sa.Integer(), nullable=False),
        sa.Column("sector_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["pledge_line_id"],
            ["pledge_line.id"],
            name=op.f("fk_pledge_line_sector_pledge_line_id_pledge_line"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["sector_id"], ["sector.id"], name=op.f("fk_pledge_line_sector_sector_id_sector"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pledge_line_sector")),
        sa.UniqueConstraint("pledge_line_id", "sector_id", name="uq_pledge_line_sector_pair"),
    )
    op.create_index(op.f("ix_pledge_line_sector_sector_id"), "pledge_line_sector", ["sector_id"], unique=False)
    op.create_table(
        "pledge_line_year_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pledge_line_id", sa.Integer(), nullable=False),
        sa.Column(
            "year_group",
            sa.Enum(*YEAR_GROUPS, name="yeargroup", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["pledge_line_id"],
            ["pledge_line.id"],
            name=op.f("fk_pledge_line_year_group_pledge_line_id_pledge_line"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pledge_line_year_group")),
        sa.UniqueConstraint("pledge_line_id", "year_group", name="uq_pledge_line_year_group_pair"),
    )


def _refuse(name: str, table: str, event: str, rows: tuple[str, ...]) -> None:
    ids = ", ".join(f"{row}.pledge_line_id" for row in rows)
    of_lines = f"id IN (SELECT pledge_id FROM pledge_line WHERE id IN ({ids}))"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM pledge WHERE {of_lines} AND status NOT IN ('draft', 'sent')) "
            f"BEGIN SELECT RAISE(ABORT, '{LINES}'); END"
        )
        return
    result = "OLD" if event == "DELETE" else "NEW"
    # FOR SHARE waits for a confirmation that is going on, and then sees it.
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE state text; BEGIN "
        f"FOR state IN SELECT status FROM pledge WHERE {of_lines} FOR SHARE LOOP "
        f"IF state NOT IN ('draft', 'sent') THEN RAISE EXCEPTION '{LINES}' USING ERRCODE = 'check_violation'; "
        f"END IF; END LOOP; RETURN {result}; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def _rebuild_on_sqlite(change: Callable[[str], str]) -> None:
    """Write the lines anew from the table's own words, changed: SQLite adds no named key, and drops none, in place.

    All triggers step aside meanwhile, those of other tables too: SQLite renames no table that one of them speaks of.
    """
    connection = op.get_bind()
    own = sa.text("SELECT sql FROM sqlite_master WHERE type = :type AND tbl_name = 'pledge_line' AND sql IS NOT NULL")
    sql = connection.execute(own, {"type": "table"}).scalar_one()
    indexes = connection.execute(own, {"type": "index"}).scalars().all()
    triggers = connection.execute(sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
    for name, _ in triggers:
        _run(f"DROP TRIGGER {name}")
    _run(f"CREATE TABLE _new_pledge_line ({change(sql.partition('(')[2])}")
    _run("INSERT INTO _new_pledge_line SELECT * FROM pledge_line")
    _run("DROP TABLE pledge_line")
    _run("ALTER TABLE _new_pledge_line RENAME TO pledge_line")
    for again in (*indexes, *(words for _, words in triggers)):
        _run(again)


def _run(statement: str) -> None:
    """As it is: the words of a trigger may look like parameters."""
    op.get_bind().exec_driver_sql(statement, execution_options={"no_parameters": True})
