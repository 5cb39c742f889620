"""What was said by itself around opportunities, and where that was stopped."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

STEPS = ("unfilled", "first", "last", "register", "feedback")


def upgrade() -> None:
    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("opportunity_id", sa.Integer(), nullable=False),
        sa.Column("step", _one_of("step", STEPS), nullable=False),
        sa.Column("party", _one_of("party", ("employer", "provider", "owner")), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("about_on", sa.Date(), nullable=False),
        sa.Column("outcome", _one_of("outcome", ("sent", "skipped")), nullable=False),
        sa.Column("reason", sa.String(length=255), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(outcome = 'skipped') = (reason IS NOT NULL)", name=op.f("ck_reminder_skipped_with_a_reason")
        ),
        sa.CheckConstraint(
            "(party = 'provider') = (provider_id IS NOT NULL)",
            name=op.f("ck_reminder_of_a_provider_where_it_must_be"),
        ),
        sa.CheckConstraint("(party = 'owner') = (step = 'unfilled')", name=op.f("ck_reminder_unfilled_is_the_owners")),
        _key("reminder", "opportunity_id", "opportunity"),
        _key("reminder", "provider_id", "provider"),
        _key("reminder", "contact_id", "contact"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
    )
    about = ["opportunity_id", "step", "about_on"]
    _one_row("uq_reminder_of_provider", [*about, "provider_id"], "provider_id IS NOT NULL")
    _one_row("uq_reminder_of_no_provider", about, "provider_id IS NULL")
    op.create_index(op.f("ix_reminder_provider_id"), "reminder", ["provider_id"])
    op.create_index(op.f("ix_reminder_contact_id"), "reminder", ["contact_id"])
    op.create_table(
        "reminder_stop",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("opportunity_id", sa.Integer(), nullable=False),
        sa.Column("stopped_by_id", sa.Integer(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False
        ),
        _key("reminder_stop", "opportunity_id", "opportunity"),
        _key("reminder_stop", "stopped_by_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_stop")),
        sa.UniqueConstraint("opportunity_id", name=op.f("uq_reminder_stop_opportunity_id")),
    )
    op.create_index(op.f("ix_reminder_stop_stopped_by_id"), "reminder_stop", ["stopped_by_id"])


def _one_row(name: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, "reminder", columns, unique=True, sqlite_where=condition, postgresql_where=condition)


def _key(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"), ondelete="RESTRICT")


def _one_of(name: str, codes: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*codes, name=name, native_enum=False, length=32, create_constraint=True)


def downgrade() -> None:
    op.drop_table("reminder_stop")
    op.drop_table("reminder")
