"""The index of the search: plain words of whatever can be found.

What each database needs to look in them is made after the migrations: see crm.finding.schema.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

INDEXED = ("search_employer", "search_contact", "search_young_person")


def upgrade() -> None:
    for table in INDEXED:
        op.create_table(
            table,
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column("parent_id", sa.Integer(), nullable=False),
            sa.Column("name", sa.Text(), nullable=False),
            sa.Column("text", sa.Text(), nullable=False),
            sa.Column("beside", sa.Text(), nullable=False),
            sa.Column("is_past", sa.Boolean(), nullable=False),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        )
        op.create_index(op.f(f"ix_{table}_parent_id"), table, ["parent_id"], unique=False)
        op.create_index(
            f"ix_{table}_name", table, ["name", "id"], unique=False, postgresql_ops={"name": "text_pattern_ops"}
        )
    op.create_table(
        "search_word",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_word")),
    )
    op.create_index(op.f("ix_search_word_word"), "search_word", ["word"], unique=False)


def downgrade() -> None:
    for table in (*INDEXED, "search_word"):
        op.drop_table(table)
