"""Links for employers, what they answered by them, and chasers."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "employer_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "purpose",
            checked(
                "linkpurpose",
                (
                    "answer",
                    "receipt",
                    "undo",
                    "hub",
                    "stop",
                ),
            ),
            nullable=False,
        ),
        sa.Column("employer_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("pledge_id", sa.Integer(), nullable=True),
        sa.Column("sent_by_id", sa.Integer(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by_id", sa.Integer(), nullable=True),
        written("created_at"),
        written("updated_at"),
        sa.CheckConstraint(
            "(purpose IN ('answer', 'receipt', 'undo')) = (pledge_id IS NOT NULL)",
            name=op.f("ck_employer_link_of_a_pledge_where_it_must_be"),
        ),
        sa.CheckConstraint(
            "revoked_by_id IS NULL OR revoked_at IS NOT NULL", name=op.f("ck_employer_link_revoked_at_a_time")
        ),
        key("employer_link", "contact_id", "contact"),
        key("employer_link", "employer_id", "employer"),
        key("employer_link", "pledge_id", "pledge"),
        key("employer_link", "revoked_by_id", "user"),
        key("employer_link", "sent_by_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employer_link")),
    )
    op.create_index(op.f("ix_employer_link_contact_id"), "employer_link", ["contact_id"], unique=False)
    op.create_index("ix_employer_link_employer", "employer_link", ["employer_id", "purpose", "id"], unique=False)
    op.create_index("ix_employer_link_expires", "employer_link", ["purpose", "expires_at"], unique=False)
    op.create_index("ix_employer_link_pledge", "employer_link", ["pledge_id", "purpose", "id"], unique=False)
    op.create_index(op.f("ix_employer_link_revoked_by_id"), "employer_link", ["revoked_by_id"], unique=False)
    op.create_index(op.f("ix_employer_link_sent_by_id"), "employer_link", ["sent_by_id"], unique=False)
    op.create_index(
        "uq_employer_link_unanswered",
        "employer_link",
        ["pledge_id", "contact_id"],
        unique=True,
        sqlite_where=sa.text("purpose = 'answer' AND used_at IS NULL AND revoked_at IS NULL"),
        postgresql_where=sa.text("purpose = 'answer' AND used_at IS NULL AND revoked_at IS NULL"),
    )

    op.create_table(
        "employer_link_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("mail_key", sa.String(length=255), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(token_hash) = 64", name=op.f("ck_employer_link_token_is_a_hash")),
        key("employer_link_token", "link_id", "employer_link"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employer_link_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_employer_link_token_token_hash")),
    )
    op.create_index(op.f("ix_employer_link_token_link_id"), "employer_link_token", ["link_id"], unique=False)
    op.create_index(op.f("ix_employer_link_token_mail_key"), "employer_link_token", ["mail_key"], unique=False)

    op.create_table(
        "pledge_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pledge_id", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            checked(
                "answerkind",
                (
                    "confirm",
                    "differ",
                    "decline",
                ),
            ),
            nullable=False,
        ),
        sa.Column("offered_pledge_id", sa.Integer(), nullable=True),
        sa.Column("superseded_pledge_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=255), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("typed_name", sa.String(length=255), nullable=False),
        sa.Column("job_title", sa.String(length=255), nullable=True),
        sa.Column("may_be_named", sa.Boolean(), nullable=True),
        sa.Column(
            "insured",
            checked(
                "insured",
                (
                    "yes",
                    "not_yet",
                    "not_known",
                ),
            ),
            nullable=True,
        ),
        sa.Column("insured_until", sa.Date(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("network", sa.String(length=255), nullable=True),
        sa.Column("browser", sa.String(length=255), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        written("created_at"),
        written("updated_at"),
        sa.CheckConstraint(
            "(kind = 'decline') = (reason IS NOT NULL)", name=op.f("ck_pledge_answer_declined_with_a_reason")
        ),
        sa.CheckConstraint(
            "(kind = 'differ') = (offered_pledge_id IS NOT NULL)", name=op.f("ck_pledge_answer_differs_by_a_version")
        ),
        sa.CheckConstraint(
            "insured_until IS NULL OR insured = 'yes'", name=op.f("ck_pledge_answer_insured_until_if_insured")
        ),
        sa.CheckConstraint("length(trim(typed_name)) > 0", name=op.f("ck_pledge_answer_signed_with_a_name")),
        sa.CheckConstraint(
            "undone_by_id IS NULL OR undone_at IS NOT NULL", name=op.f("ck_pledge_answer_undone_at_a_time")
        ),
        key("pledge_answer", "contact_id", "contact"),
        key("pledge_answer", "link_id", "employer_link"),
        key("pledge_answer", "offered_pledge_id", "pledge"),
        key("pledge_answer", "pledge_id", "pledge"),
        key("pledge_answer", "superseded_pledge_id", "pledge"),
        key("pledge_answer", "undone_by_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pledge_answer")),
    )
    op.create_index(op.f("ix_pledge_answer_contact_id"), "pledge_answer", ["contact_id"], unique=False)
    op.create_index(op.f("ix_pledge_answer_link_id"), "pledge_answer", ["link_id"], unique=False)
    op.create_index(op.f("ix_pledge_answer_offered_pledge_id"), "pledge_answer", ["offered_pledge_id"], unique=False)
    op.create_index(
        op.f("ix_pledge_answer_superseded_pledge_id"), "pledge_answer", ["superseded_pledge_id"], unique=False
    )
    op.create_index(op.f("ix_pledge_answer_undone_by_id"), "pledge_answer", ["undone_by_id"], unique=False)
    op.create_index(
        "uq_pledge_answer_stands",
        "pledge_answer",
        ["pledge_id"],
        unique=True,
        sqlite_where=sa.text("undone_at IS NULL"),
        postgresql_where=sa.text("undone_at IS NULL"),
    )

    op.create_table(
        "pledge_chaser",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column(
            "outcome",
            checked(
                "chaseroutcome",
                (
                    "sent",
                    "skipped",
                ),
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=255), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(outcome = 'skipped') = (reason IS NOT NULL)", name=op.f("ck_pledge_chaser_skipped_with_a_reason")
        ),
        sa.CheckConstraint("step BETWEEN 1 AND 3", name=op.f("ck_pledge_chaser_is_a_step")),
        key("pledge_chaser", "link_id", "employer_link"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pledge_chaser")),
        sa.UniqueConstraint("link_id", "step", name="uq_pledge_chaser_step"),
    )


def downgrade() -> None:
    for table in ("pledge_chaser", "pledge_answer", "employer_link_token", "employer_link"):
        op.drop_table(table)


def key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"), ondelete="RESTRICT"
    )


def checked(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def written(name: str) -> sa.Column[sa.DateTime]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.text("(CURRENT_TIMESTAMP)"), nullable=False)
