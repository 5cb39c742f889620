"""What employers say of opportunities, who asked for the link to their page, and who asked to be forgotten."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "employer_word",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("opportunity_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("came", sa.Integer(), nullable=True),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("went_well", sa.Text(), nullable=False),
        sa.Column("to_change", sa.Text(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        written("created_at"),
        written("updated_at"),
        sa.CheckConstraint("came IS NULL OR came BETWEEN 0 AND 10000", name=op.f("ck_employer_word_came_in_range")),
        sa.CheckConstraint("rating IS NULL OR rating BETWEEN 1 AND 5", name=op.f("ck_employer_word_rating_in_range")),
        key("employer_word", "opportunity_id", "opportunity"),
        key("employer_word", "contact_id", "contact"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employer_word")),
        sa.UniqueConstraint("opportunity_id", "contact_id", name="uq_employer_word_of_a_person"),
    )
    op.create_index(op.f("ix_employer_word_contact_id"), "employer_word", ["contact_id"], unique=False)
    op.create_table(
        "hub_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hub_request")),
    )
    op.create_index(op.f("ix_hub_request_asked_at"), "hub_request", ["asked_at"], unique=False)
    op.create_table(
        "erasure_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        written("created_at"),
        written("updated_at"),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (settled_by_id IS NULL)", name=op.f("ck_erasure_request_settled_by_somebody")
        ),
        key("erasure_request", "contact_id", "contact"),
        key("erasure_request", "settled_by_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_request")),
    )
    op.create_index(op.f("ix_erasure_request_settled_by_id"), "erasure_request", ["settled_by_id"], unique=False)
    where = sa.text("settled_at IS NULL")
    op.create_index(
        "uq_erasure_request_open",
        "erasure_request",
        ["contact_id"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )


def downgrade() -> None:
    for table in ("erasure_request", "hub_request", "employer_word"):
        op.drop_table(table)


def key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"), ondelete="RESTRICT"
    )


def written(name: str) -> sa.Column[sa.DateTime]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.text("(CURRENT_TIMESTAMP)"), nullable=False)
