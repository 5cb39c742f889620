"""Planned interactions, with who is to take part."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

CHANNELS = ("call", "email", "meeting", "visit", "event", "letter")
STATUSES = ("planned", "logged", "cancelled")


def upgrade() -> None:
    op.create_table(
        "planned_interaction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("employer_id", sa.Integer(), nullable=False),
        sa.Column("planned_by_id", sa.Integer(), nullable=False),
        sa.Column("channel", checked("channel", CHANNELS), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.Time(), nullable=True),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("status", checked("planstatus", STATUSES), nullable=False),
        sa.Column("interaction_id", sa.Integer(), nullable=True),
        sa.Column("cancelled_reason", sa.Text(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("(CURRENT_TIMESTAMP)"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("(CURRENT_TIMESTAMP)"), nullable=False
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(trim(about)) > 0", name=op.f("ck_planned_interaction_says_something")),
        sa.CheckConstraint(
            "(status = 'logged') = (interaction_id IS NOT NULL)",
            name=op.f("ck_planned_interaction_logged_as_an_interaction"),
        ),
        sa.CheckConstraint(
            "(status = 'cancelled') = (cancelled_reason IS NOT NULL)",
            name=op.f("ck_planned_interaction_cancelled_with_a_reason"),
        ),
        key("planned_interaction", "employer_id", "employer"),
        key("planned_interaction", "planned_by_id", "user"),
        key("planned_interaction", "interaction_id", "interaction"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_interaction")),
        sa.UniqueConstraint("interaction_id", name=op.f("uq_planned_interaction_interaction_id")),
    )
    op.create_index(
        "ix_planned_interaction_employer", "planned_interaction", ["employer_id", "status", "planned_on"], unique=False
    )
    op.create_index(
        "ix_planned_interaction_in_order", "planned_interaction", ["status", "planned_on", "id"], unique=False
    )
    op.create_index(
        op.f("ix_planned_interaction_planned_by_id"), "planned_interaction", ["planned_by_id"], unique=False
    )
    for table, column, other in (("planned_contact", "contact_id", "contact"), ("planned_officer", "user_id", "user")):
        op.create_table(
            table,
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column("planned_interaction_id", sa.Integer(), nullable=False),
            sa.Column(column, sa.Integer(), nullable=False),
            key(table, "planned_interaction_id", "planned_interaction"),
            key(table, column, other),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
            sa.UniqueConstraint("planned_interaction_id", column, name=f"uq_{table}_pair"),
        )
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)


def downgrade() -> None:
    op.drop_table("planned_officer")
    op.drop_table("planned_contact")
    op.drop_table("planned_interaction")


def key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"), ondelete="RESTRICT"
    )


def checked(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)
