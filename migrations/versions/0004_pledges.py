"""Pledges and their lines."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pledge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("employer_id", sa.Integer(), nullable=False),
        sa.Column("academic_year", sa.String(length=7), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "sent",
                "confirmed",
                "declined",
                "superseded",
                "withdrawn",
                name="pledgestatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("signatory_id", sa.Integer(), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_reason", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("(CURRENT_TIMESTAMP)"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("(CURRENT_TIMESTAMP)"), nullable=False
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status NOT IN ('confirmed', 'superseded') OR confirmed_on IS NOT NULL",
            name=op.f("ck_pledge_confirmed_has_its_date"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('declined', 'withdrawn') OR ended_reason IS NOT NULL",
            name=op.f("ck_pledge_ended_with_a_reason"),
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_pledge_number_is_positive")),
        sa.ForeignKeyConstraint(
            ["employer_id"], ["employer.id"], name=op.f("fk_pledge_employer_id_employer"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["user.id"], name=op.f("fk_pledge_recorded_by_id_user"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["signatory_id"], ["contact.id"], name=op.f("fk_pledge_signatory_id_contact"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pledge")),
        sa.UniqueConstraint("employer_id", "academic_year", "number", name="uq_pledge_version"),
    )
    op.create_index(op.f("ix_pledge_employer_id"), "pledge", ["employer_id"], unique=False)
    op.create_index("ix_pledge_year_status", "pledge", ["academic_year", "status"], unique=False)
    op.create_index(
        "uq_pledge_in_force",
        "pledge",
        ["employer_id", "academic_year"],
        unique=True,
        sqlite_where=sa.text("status = 'confirmed'"),
        postgresql_where=sa.text("status = 'confirmed'"),
    )
    op.create_index(
        "uq_pledge_open",
        "pledge",
        ["employer_id", "academic_year"],
        unique=True,
        sqlite_where=sa.text("status IN ('draft', 'sent')"),
        postgresql_where=sa.text("status IN ('draft', 'sent')"),
    )
    op.create_table(
        "pledge_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pledge_id", sa.Integer(), nullable=False),
        sa.Column("first_line_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "placement",
                "workplace_visit",
                "job_shadowing",
                "employer_project",
                "virtual_placement",
                "talk",
                "online_presentation",
                "mentoring",
                "mock_interview",
                "careers_roundtable",
                name="opportunitykind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("young_people", sa.Integer(), nullable=True),
        sa.Column("each", sa.Integer(), nullable=False),
        sa.Column("window_starts_on", sa.Date(), nullable=False),
        sa.Column("window_ends_on", sa.Date(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("(CURRENT_TIMESTAMP)"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("(CURRENT_TIMESTAMP)"), nullable=False
        ),
        sa.CheckConstraint("each BETWEEN 1 AND 100", name=op.f("ck_pledge_line_each_in_range")),
        sa.CheckConstraint(
            "window_ends_on >= window_starts_on", name=op.f("ck_pledge_line_window_ends_after_it_starts")
        ),
        sa.CheckConstraint(
            "young_people IS NULL OR young_people BETWEEN 1 AND 10000",
            name=op.f("ck_pledge_line_young_people_in_range"),
        ),
        sa.ForeignKeyConstraint(
            ["first_line_id"],
            ["pledge_line.id"],
            name=op.f("fk_pledge_line_first_line_id_pledge_line"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["pledge_id"], ["pledge.id"], name=op.f("fk_pledge_line_pledge_id_pledge"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pledge_line")),
    )
    op.create_index(op.f("ix_pledge_line_first_line_id"), "pledge_line", ["first_line_id"], unique=False)
    op.create_index(op.f("ix_pledge_line_pledge_id"), "pledge_line", ["pledge_id"], unique=False)


def downgrade() -> None:
    op.drop_table("pledge_line")
    op.drop_table("pledge")
