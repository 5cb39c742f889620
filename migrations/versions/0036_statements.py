"""The statement of the pledge in versions that never change nor vanish, and its first version."""

# ruff: noqa: E501  # a paragraph of the statement is one line

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

REFUSED = "a version of the statement never changes"
EVENTS = ("UPDATE", "DELETE")
WORDING = """Your business offers young people who live or learn here real experience of work. For each young person you take on, the pledge is three opportunities: for example a workplace visit, a day of job shadowing and a placement.

You say how many young people, which opportunities, and between which months. We find the young people, with their school, college or training provider, and agree every date with you first.

Opportunities are for one young person or a small group. They are not careers fairs or assemblies.

This is a promise, not a contract. If your plans change, tell us and we change the numbers together. Nothing is owed by either side."""
WHAT_COUNTS = """These count towards the three when a young person takes part:

- a placement, or a virtual placement
- a workplace visit in a small group
- job shadowing: a day beside somebody at work
- an employer project: a piece of real work that you set

These are as welcome, and are counted on their own:

- a talk or an online presentation to a small group, where everybody can ask questions
- mentoring, face to face or online
- a mock interview
- a careers roundtable

Each time one young person takes part counts once. Three people who each come to three opportunities count as nine. A booking that nobody came to does not count."""
DATA_PROTECTION = """We keep the name of your business, and the names and work contact details of the people we deal with there, so that we can arrange what you offer and tell you how it went. The council is the controller of this information and uses it for its public task.

- We do not sell it or use it for anything else.
- This page asks for no young person’s name, and none is passed on through it.
- Your business is named in public only if you say that it may be.
- You may see what we hold, have it corrected, object to its use or ask us to delete it.

Ask the officer who wrote to you, or the council’s data protection officer. If you are not content with the answer, you may complain to the Information Commissioner’s Office at ico.org.uk."""


def upgrade() -> None:
    table = op.create_table(
        "pledge_statement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("what_counts", sa.Text(), nullable=False),
        sa.Column("data_protection", sa.Text(), nullable=False),
        sa.Column("note", sa.String(length=255), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("number >= 1", name=op.f("ck_pledge_statement_number_is_positive")),
        sa.ForeignKeyConstraint(
            ["published_by_id"], ["user.id"], name=op.f("fk_pledge_statement_published_by_id_user"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pledge_statement")),
        sa.UniqueConstraint("number", name=op.f("uq_pledge_statement_number")),
    )
    op.create_index(op.f("ix_pledge_statement_published_by_id"), "pledge_statement", ["published_by_id"], unique=False)
    first = {
        "number": 1,
        "wording": WORDING,
        "what_counts": WHAT_COUNTS,
        "data_protection": DATA_PROTECTION,
        "note": "The version that came with the service",
        "published_at": datetime.now(UTC),  # noqa: TID251  # no test answers for a migration
    }
    op.bulk_insert(table, [first])
    for event in EVENTS:
        _refuse(event)


def _refuse(event: str) -> None:
    name = f"pledge_statement_refuses_{event.lower()}"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON pledge_statement BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'check_violation'; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON pledge_statement FOR EACH ROW EXECUTE FUNCTION {name}()")


def downgrade() -> None:
    op.drop_table("pledge_statement")
    if op.get_bind().dialect.name == "postgresql":
        for event in EVENTS:
            op.execute(f"DROP FUNCTION pledge_statement_refuses_{event.lower()}()")
