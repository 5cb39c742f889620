"""Merging employers: where a merged one leads, what was merged and how to undo it, pairs that look alike.

SQLite cannot add a named key to a table, so there the table of employers is written anew.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

KEY = (
    "CONSTRAINT fk_employer_merged_into_id_employer "
    "FOREIGN KEY(merged_into_id) REFERENCES employer (id) ON DELETE RESTRICT"
)
employer = sa.table("employer", sa.column("id"), sa.column("website"), sa.column("email"), sa.column("domain"))
# As crm.employers.domains had them on this day.
SHARED = {
    *("aol.com", "btconnect.com", "btinternet.com", "facebook.com", "gmail.com", "googlemail.com", "hotmail.co.uk"),
    *("hotmail.com", "icloud.com", "instagram.com", "linkedin.com", "live.co.uk", "live.com", "mail.com", "me.com"),
    *("msn.com", "ntlworld.com", "outlook.com", "proton.me", "protonmail.com", "sites.google.com", "sky.com"),
    *("talktalk.net", "tiscali.co.uk", "twitter.com", "virginmedia.com", "x.com", "yahoo.co.uk", "yahoo.com"),
}


def domain_of(website: str | None, email: str | None) -> str | None:
    try:
        host = urlsplit(website or "").hostname or ""
    except ValueError:
        host = ""
    for each in (host, (email or "").rpartition("@")[2]):
        domain = each.lower().rstrip(".").removeprefix("www.")
        if domain and domain not in SHARED:
            return domain
    return None


def upgrade() -> None:
    op.execute("ALTER TABLE employer ADD COLUMN domain VARCHAR(255)")
    op.execute(
        "ALTER TABLE employer ADD COLUMN merged_into_id INTEGER "
        "CONSTRAINT ck_employer_merged_away_is_archived CHECK (merged_into_id IS NULL OR archived_at IS NOT NULL)"
    )
    if op.get_bind().dialect.name == "sqlite":
        rebuild_on_sqlite("employer", lambda sql: f"{sql.rstrip().removesuffix(')')}, {KEY})")
    else:
        op.execute(f"ALTER TABLE employer ADD {KEY}")
    fill_domains()
    op.create_index("ix_employer_domain", "employer", ["domain"])
    op.create_index("ix_employer_phone", "employer", ["phone"])
    op.create_index(op.f("ix_employer_merged_into_id"), "employer", ["merged_into_id"])
    op.create_table(
        "employer_merge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("survivor_id", sa.Integer(), nullable=False),
        sa.Column("loser_id", sa.Integer(), nullable=False),
        sa.Column("survivor_name", sa.String(length=255), nullable=False),
        sa.Column("loser_name", sa.String(length=255), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("merged_by_id", sa.Integer(), nullable=True),
        sa.Column("merged_by_name", sa.String(length=255), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_name", sa.String(length=255), nullable=True),
        sa.Column("left_as_it_is", sa.JSON(), nullable=True),
        sa.CheckConstraint("loser_id <> survivor_id", name=op.f("ck_employer_merge_of_two")),
        sa.CheckConstraint(
            "(undone_at IS NULL) = (undone_by_name IS NULL)", name=op.f("ck_employer_merge_undone_by_somebody")
        ),
        sa.ForeignKeyConstraint(
            ["survivor_id"], ["employer.id"], name=op.f("fk_employer_merge_survivor_id_employer"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["loser_id"], ["employer.id"], name=op.f("fk_employer_merge_loser_id_employer"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["merged_by_id"], ["user.id"], name=op.f("fk_employer_merge_merged_by_id_user"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employer_merge")),
    )
    stands = sa.text("undone_at IS NULL")
    op.create_index(
        "uq_employer_merge_standing",
        "employer_merge",
        ["loser_id"],
        unique=True,
        sqlite_where=stands,
        postgresql_where=stands,
    )
    op.create_index("ix_employer_merge_merged_at", "employer_merge", ["merged_at", "id"])
    op.create_index(op.f("ix_employer_merge_survivor_id"), "employer_merge", ["survivor_id"])
    op.create_index(op.f("ix_employer_merge_loser_id"), "employer_merge", ["loser_id"])
    op.create_table(
        "employer_merge_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("merge_id", sa.Integer(), nullable=False),
        sa.Column("table_name", sa.String(length=255), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["merge_id"],
            ["employer_merge.id"],
            name=op.f("fk_employer_merge_row_merge_id_employer_merge"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employer_merge_row")),
    )
    op.create_index(op.f("ix_employer_merge_row_merge_id"), "employer_merge_row", ["merge_id"])
    create_pairs(
        "not_duplicates",
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_name", sa.String(length=255), nullable=False),
    )
    create_pairs(
        "likely_pair",
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.CheckConstraint("score BETWEEN 0 AND 100", name=op.f("ck_likely_pair_score_in_range")),
    )
    op.create_index("ix_likely_pair_score", "likely_pair", ["score", "id"])
    op.create_table(
        "duplicate_search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_name", sa.String(length=255), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.CheckConstraint("done >= 0 AND total >= 0", name=op.f("ck_duplicate_search_counts_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_search")),
    )


def rebuild_on_sqlite(table: str, change: Callable[[str], str]) -> None:
    """Write a table anew from its own words, changed, so that no CHECK is lost as it would be in a reflected copy.

    All triggers step aside meanwhile, those of other tables too: SQLite renames no table that one of them speaks of.
    """
    connection = op.get_bind()
    own = sa.text("SELECT sql FROM sqlite_master WHERE type = :type AND tbl_name = :table AND sql IS NOT NULL")
    sql = connection.execute(own, {"type": "table", "table": table}).scalar_one()
    indexes = connection.execute(own, {"type": "index", "table": table}).scalars().all()
    triggers = connection.execute(sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
    for name, _ in triggers:
        run(f"DROP TRIGGER {name}")
    run(f"CREATE TABLE _new_{table} ({change(sql.partition('(')[2])}")
    run(f"INSERT INTO _new_{table} SELECT * FROM {table}")
    run(f"DROP TABLE {table}")
    run(f"ALTER TABLE _new_{table} RENAME TO {table}")
    for again in (*indexes, *(words for _, words in triggers)):
        run(again)


def run(statement: str) -> None:
    """As it is: the words of a trigger may look like parameters."""
    op.get_bind().exec_driver_sql(statement, execution_options={"no_parameters": True})


def fill_domains() -> None:
    connection = op.get_bind()
    rows = connection.execute(sa.select(employer.c.id, employer.c.website, employer.c.email)).all()
    found = [{"row": row.id, "domain": domain} for row in rows if (domain := domain_of(row.website, row.email))]
    if found:
        connection.execute(
            employer.update().where(employer.c.id == sa.bindparam("row")).values(domain=sa.bindparam("domain")), found
        )


def create_pairs(table: str, *further: sa.Column[object] | sa.CheckConstraint) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        *further,
        sa.CheckConstraint("first_id < second_id", name=op.f(f"ck_{table}_smaller_id_first")),
        sa.ForeignKeyConstraint(
            ["first_id"], ["employer.id"], name=op.f(f"fk_{table}_first_id_employer"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["employer.id"], name=op.f(f"fk_{table}_second_id_employer"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("first_id", "second_id", name=f"uq_{table}_pair"),
    )
    op.create_index(op.f(f"ix_{table}_second_id"), table, ["second_id"])


def downgrade() -> None:
    for table in ("duplicate_search", "likely_pair", "not_duplicates", "employer_merge_row", "employer_merge"):
        op.drop_table(table)
    for index in ("ix_employer_merged_into_id", "ix_employer_phone", "ix_employer_domain"):
        op.drop_index(index, table_name="employer")
    if op.get_bind().dialect.name == "sqlite":
        rebuild_on_sqlite("employer", lambda sql: sql.replace(f", {KEY}", ""))
    op.execute("ALTER TABLE employer DROP COLUMN merged_into_id")
    op.execute("ALTER TABLE employer DROP COLUMN domain")
