"""Opportunities and places."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "opportunity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("employer_id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=True),
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
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hours", sa.Numeric(precision=6, scale=2), nullable=True),
        sa.Column(
            "mode",
            sa.Enum("in_person", "online", "mixed", name="mode", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("place_or_link", sa.Text(), nullable=False),
        sa.Column("leader_id", sa.Integer(), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("group_limit_reason", sa.Text(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "open",
                "delivered",
                "cancelled",
                name="opportunitystatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "cancelled_side",
            sa.Enum(
                "employer",
                "provider",
                "young_person",
                "council",
                "other",
                name="side",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("cancelled_reason", sa.Text(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("(CURRENT_TIMESTAMP)"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("(CURRENT_TIMESTAMP)"), nullable=False
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(status = 'cancelled') = (cancelled_side IS NOT NULL AND cancelled_reason IS NOT NULL)",
            name=op.f("ck_opportunity_cancelled_with_side_and_reason"),
        ),
        sa.CheckConstraint("capacity BETWEEN 1 AND 10000", name=op.f("ck_opportunity_capacity_in_range")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_opportunity_ends_after_it_starts")),
        sa.CheckConstraint("hours IS NULL OR hours > 0", name=op.f("ck_opportunity_hours_are_positive")),
        sa.CheckConstraint("taken BETWEEN 0 AND capacity", name=op.f("ck_opportunity_never_overbooked")),
        sa.ForeignKeyConstraint(
            ["employer_id"], ["employer.id"], name=op.f("fk_opportunity_employer_id_employer"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["leader_id"], ["contact.id"], name=op.f("fk_opportunity_leader_id_contact"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_opportunity_provider_id_provider"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["site.id"], name=op.f("fk_opportunity_site_id_site"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opportunity")),
    )
    op.create_index("ix_opportunity_employer", "opportunity", ["employer_id", "starts_at"], unique=False)
    op.create_index(op.f("ix_opportunity_leader_id"), "opportunity", ["leader_id"], unique=False)
    op.create_index("ix_opportunity_provider", "opportunity", ["provider_id", "starts_at"], unique=False)
    op.create_index(op.f("ix_opportunity_site_id"), "opportunity", ["site_id"], unique=False)
    op.create_index("ix_opportunity_starts", "opportunity", ["starts_at", "id"], unique=False)
    op.create_table(
        "place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("opportunity_id", sa.Integer(), nullable=False),
        sa.Column("young_person_id", sa.Integer(), nullable=True),
        sa.Column("provider_id", sa.Integer(), nullable=True),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("came", sa.Integer(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "requested",
                "offered",
                "confirmed",
                "attended",
                "part_attended",
                "no_show",
                "declined",
                "withdrawn",
                "cancelled",
                "waitlisted",
                name="placestatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("pledge_line_id", sa.Integer(), nullable=True),
        sa.Column(
            "ended_side",
            sa.Enum(
                "employer",
                "provider",
                "young_person",
                "council",
                "other",
                name="side",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("ended_reason", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("(CURRENT_TIMESTAMP)"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("(CURRENT_TIMESTAMP)"), nullable=False
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(status IN ('attended', 'part_attended')) = (came IS NOT NULL)",
            name=op.f("ck_place_attendance_has_its_number"),
        ),
        sa.CheckConstraint(
            "status <> 'cancelled' OR (ended_side IS NOT NULL AND ended_reason IS NOT NULL)",
            name=op.f("ck_place_cancelled_with_side_and_reason"),
        ),
        sa.CheckConstraint(
            "(young_person_id IS NULL) = (provider_id IS NOT NULL)", name=op.f("ck_place_person_or_headcount")
        ),
        sa.CheckConstraint("came IS NULL OR came BETWEEN 1 AND seats", name=op.f("ck_place_no_more_came_than_seats")),
        sa.CheckConstraint(
            "seats >= 1 AND (young_person_id IS NULL OR seats = 1)", name=op.f("ck_place_a_person_takes_one_seat")
        ),
        sa.ForeignKeyConstraint(
            ["opportunity_id"],
            ["opportunity.id"],
            name=op.f("fk_place_opportunity_id_opportunity"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["pledge_line_id"],
            ["pledge_line.id"],
            name=op.f("fk_place_pledge_line_id_pledge_line"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_place_provider_id_provider"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["young_person_id"],
            ["young_person.id"],
            name=op.f("fk_place_young_person_id_young_person"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
    )
    op.create_index("ix_place_opportunity", "place", ["opportunity_id", "status"], unique=False)
    op.create_index("ix_place_pledge_line", "place", ["pledge_line_id", "status"], unique=False)
    op.create_index(op.f("ix_place_provider_id"), "place", ["provider_id"], unique=False)
    op.create_index("ix_place_young_person", "place", ["young_person_id", "status"], unique=False)
    op.create_index(
        "uq_place_live_person",
        "place",
        ["opportunity_id", "young_person_id"],
        unique=True,
        sqlite_where=sa.text("status NOT IN ('declined', 'withdrawn', 'cancelled')"),
        postgresql_where=sa.text("status NOT IN ('declined', 'withdrawn', 'cancelled')"),
    )


def downgrade() -> None:
    op.drop_table("place")
    op.drop_table("opportunity")
