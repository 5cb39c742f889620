"""Feeds that other calendars read."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

OWNERS = (("person", "user_id", "a"), ("provider", "provider_id", "a"), ("employer", "employer_id", "an"))
KEYS = (
    ("user_id", "user"),
    ("provider_id", "provider"),
    ("employer_id", "employer"),
    ("made_by_id", "user"),
    ("contact_id", "contact"),
    ("revoked_by_id", "user"),
)


def upgrade() -> None:
    op.create_table(
        "calendar_feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                *(purpose for purpose, *_ in OWNERS),
                name="feedpurpose",
                native_enum=False,
                length=32,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("provider_id", sa.Integer(), nullable=True),
        sa.Column("employer_id", sa.Integer(), nullable=True),
        sa.Column("label", sa.String(length=255), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("last_used_on", sa.Date(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("CURRENT_TIMESTAMP"), nullable=False
        ),
        *(
            sa.CheckConstraint(
                f"(purpose = '{purpose}') = ({column} IS NOT NULL)",
                name=op.f(f"ck_calendar_feed_of_{article}_{purpose}_where_it_must_be"),
            )
            for purpose, column, article in OWNERS
        ),
        sa.CheckConstraint(
            "(made_by_id IS NULL) <> (contact_id IS NULL)", name=op.f("ck_calendar_feed_made_by_somebody")
        ),
        sa.CheckConstraint(
            "contact_id IS NULL OR purpose = 'employer'",
            name=op.f("ck_calendar_feed_contacts_make_their_employers"),
        ),
        sa.CheckConstraint(
            "revoked_by_id IS NULL OR revoked_at IS NOT NULL", name=op.f("ck_calendar_feed_revoked_at_a_time")
        ),
        sa.CheckConstraint("length(token_hash) = 64", name=op.f("ck_calendar_feed_is_a_hash")),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=op.f(f"fk_calendar_feed_{column}_{table}"), ondelete="RESTRICT"
            )
            for column, table in KEYS
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_feed_token_hash")),
    )
    for column, _ in KEYS:
        op.create_index(op.f(f"ix_calendar_feed_{column}"), "calendar_feed", [column])


def downgrade() -> None:
    op.drop_table("calendar_feed")
