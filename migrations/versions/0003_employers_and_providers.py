"""Employers, sites and contacts; providers, cohorts and young people."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "employer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("name_key", sa.String(length=255), nullable=False),
        sa.Column("trading_name", sa.String(length=255), nullable=True),
        sa.Column("company_number", sa.String(length=8), nullable=True),
        sa.Column(
            "legal_form",
            sa.Enum(
                "sole_trader",
                "partnership",
                "company",
                "llp",
                "charity",
                "public_body",
                "other",
                name="legalform",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("size_band_id", sa.Integer(), nullable=True),
        sa.Column("local_headcount", sa.Integer(), nullable=True),
        sa.Column("sic_code", sa.String(length=5), nullable=True),
        sa.Column(
            "sic_version",
            sa.Enum("2007", "2026", name="sicversion", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("postcode", sa.String(length=8), nullable=True),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("website", sa.String(length=255), nullable=True),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.Column("email", sa.String(length=255), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("archived_reason", sa.Text(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("(CURRENT_TIMESTAMP)"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("(CURRENT_TIMESTAMP)"), nullable=False
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(archived_at IS NULL) = (archived_reason IS NULL)", name=op.f("ck_employer_archived_with_a_reason")
        ),
        sa.CheckConstraint(
            "(sic_code IS NULL) = (sic_version IS NULL)", name=op.f("ck_employer_sic_code_has_its_version")
        ),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_employer_has_a_name")),
        sa.CheckConstraint(
            "local_headcount IS NULL OR local_headcount >= 0", name=op.f("ck_employer_headcount_not_negative")
        ),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_employer_area_id_area"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_employer_owner_id_user"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["size_band_id"], ["size_band.id"], name=op.f("fk_employer_size_band_id_size_band"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employer")),
        sa.UniqueConstraint("company_number", name=op.f("uq_employer_company_number")),
    )
    op.create_index(op.f("ix_employer_area_id"), "employer", ["area_id"], unique=False)
    op.create_index("ix_employer_in_order", "employer", ["archived_at", "name_key", "id"], unique=False)
    op.create_index("ix_employer_name_key", "employer", ["name_key"], unique=False)
    op.create_index("ix_employer_owner", "employer", ["owner_id", "archived_at"], unique=False)
    op.create_index("ix_employer_postcode", "employer", ["postcode"], unique=False)
    op.create_index(op.f("ix_employer_size_band_id"), "employer", ["size_band_id"], unique=False)
    op.create_table(
        "employer_sector",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("employer_id", sa.Integer(), nullable=False),
        sa.Column("sector_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["employer_id"], ["employer.id"], name=op.f("fk_employer_sector_employer_id_employer"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["sector_id"], ["sector.id"], name=op.f("fk_employer_sector_sector_id_sector"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employer_sector")),
        sa.UniqueConstraint("employer_id", "sector_id", name="uq_employer_sector_pair"),
    )
    op.create_index(op.f("ix_employer_sector_employer_id"), "employer_sector", ["employer_id"], unique=False)
    op.create_index(op.f("ix_employer_sector_sector_id"), "employer_sector", ["sector_id"], unique=False)
    op.create_table(
        "site",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("employer_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("postcode", sa.String(length=8), nullable=True),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("(CURRENT_TIMESTAMP)"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("(CURRENT_TIMESTAMP)"), nullable=False
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_site_area_id_area"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["employer_id"], ["employer.id"], name=op.f("fk_site_employer_id_employer"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("employer_id", "name", name="uq_site_name"),
    )
    op.create_index(op.f("ix_site_area_id"), "site", ["area_id"], unique=False)
    op.create_index(op.f("ix_site_employer_id"), "site", ["employer_id"], unique=False)
    op.create_table(
        "contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("employer_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("job_title", sa.String(length=255), nullable=True),
        sa.Column("email", sa.String(length=255), nullable=True),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.Column("mobile", sa.String(length=32), nullable=True),
        sa.Column("signs_pledges", sa.Boolean(), nullable=False),
        sa.Column("is_speaker", sa.Boolean(), nullable=False),
        sa.Column("is_mentor", sa.Boolean(), nullable=False),
        sa.Column("is_supervisor", sa.Boolean(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("(CURRENT_TIMESTAMP)"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("(CURRENT_TIMESTAMP)"), nullable=False
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_contact_has_a_name")),
        sa.ForeignKeyConstraint(
            ["employer_id"], ["employer.id"], name=op.f("fk_contact_employer_id_employer"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    op.create_index(op.f("ix_contact_employer_id"), "contact", ["employer_id"], unique=False)
    op.create_index("uq_contact_email", "contact", ["employer_id", "email"], unique=True)
    op.create_table(
        "provider",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column(
            "type",
            sa.Enum(
                "school",
                "special_school",
                "alternative_provision",
                "sixth_form",
                "college",
                "training_provider",
                "university",
                "third_sector",
                "jobcentre_plus",
                name="providertype",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("contact_name", sa.String(length=255), nullable=True),
        sa.Column("email", sa.String(length=255), nullable=True),
        sa.Column("phone", sa.String(length=255), nullable=True),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("(CURRENT_TIMESTAMP)"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("(CURRENT_TIMESTAMP)"), nullable=False
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_provider_has_a_name")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_provider_area_id_area"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider")),
        sa.UniqueConstraint("name", name=op.f("uq_provider_name")),
    )
    op.create_index(op.f("ix_provider_area_id"), "provider", ["area_id"], unique=False)
    op.create_table(
        "provider_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("(CURRENT_TIMESTAMP)"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("(CURRENT_TIMESTAMP)"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_provider_member_provider_id_provider"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_provider_member_user_id_user"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_member")),
        sa.UniqueConstraint("user_id", name=op.f("uq_provider_member_user_id")),
    )
    op.create_index(op.f("ix_provider_member_provider_id"), "provider_member", ["provider_id"], unique=False)
    op.create_table(
        "cohort",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column(
            "year_group",
            sa.Enum(
                "7",
                "8",
                "9",
                "10",
                "11",
                "12",
                "13",
                "18-24",
                name="yeargroup",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("counted_on", sa.Date(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("(CURRENT_TIMESTAMP)"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("(CURRENT_TIMESTAMP)"), nullable=False
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("size >= 0", name=op.f("ck_cohort_size_not_negative")),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_cohort_provider_id_provider"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort")),
        sa.UniqueConstraint("provider_id", "year_group", "counted_on", name="uq_cohort_count"),
    )
    op.create_index(op.f("ix_cohort_provider_id"), "cohort", ["provider_id"], unique=False)
    op.create_table(
        "young_person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=255), nullable=False),
        sa.Column(
            "year_group",
            sa.Enum(
                "7",
                "8",
                "9",
                "10",
                "11",
                "12",
                "13",
                "18-24",
                name="yeargroup",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("area_id", sa.Integer(), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("(CURRENT_TIMESTAMP)"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("(CURRENT_TIMESTAMP)"), nullable=False
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(trim(reference)) > 0", name=op.f("ck_young_person_has_a_reference")),
        sa.ForeignKeyConstraint(
            ["area_id"], ["area.id"], name=op.f("fk_young_person_area_id_area"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["provider.id"], name=op.f("fk_young_person_provider_id_provider"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_young_person")),
        sa.UniqueConstraint("provider_id", "reference", name="uq_young_person_reference"),
    )
    op.create_index(op.f("ix_young_person_provider_id"), "young_person", ["provider_id"], unique=False)


def downgrade() -> None:
    op.drop_table("young_person")
    op.drop_table("cohort")
    op.drop_table("provider_member")
    op.drop_table("provider")
    op.drop_table("contact")
    op.drop_table("site")
    op.drop_table("employer_sector")
    op.drop_table("employer")
