"""Checks of sites; a site can be closed.

The columns are added in place, with their CHECK: rebuilding the table on SQLite would lose its triggers.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

KINDS = ("insurance", "health_and_safety")
STATUSES = ("requested", "accepted", "not_accepted", "not_needed")
CURRENT = sa.text("replaced_at IS NULL")
ACCEPTED_NOW = sa.text("replaced_at IS NULL AND status = 'accepted'")
CHECKS = {
    "requested_of_somebody": "(requested_on IS NULL) = (requested_of IS NULL)",
    "requested_has_its_date": "status <> 'requested' OR requested_on IS NOT NULL",
    "accepted_until_a_date": "(status = 'accepted') = (valid_to IS NOT NULL)",
    "ends_after_it_begins": "valid_from IS NULL OR (valid_to IS NOT NULL AND valid_from <= valid_to)",
    "covered_no_later_than_valid": ("covered_from IS NULL OR (valid_from IS NOT NULL AND covered_from <= valid_from)"),
    "refused_or_exempt_with_a_reason": "(status IN ('not_accepted', 'not_needed')) = (reason IS NOT NULL)",
    "decided_on_a_day": "(status = 'requested') = (checked_on IS NULL)",
    "decided_by_somebody": (
        "CASE WHEN status = 'requested' THEN checked_by_id IS NULL AND checked_by_name IS NULL"
        " ELSE (checked_by_id IS NULL) <> (checked_by_name IS NULL) END"
    ),
    "insured_by_somebody": (
        "CASE WHEN kind = 'insurance' THEN status <> 'accepted' OR insurer IS NOT NULL"
        " ELSE insurer IS NULL AND policy_number IS NULL END"
    ),
}


def upgrade() -> None:
    instant = "DATETIME" if op.get_bind().dialect.name == "sqlite" else "TIMESTAMP WITH TIME ZONE"
    op.execute(f"ALTER TABLE site ADD COLUMN closed_at {instant}")
    op.execute(
        "ALTER TABLE site ADD COLUMN closed_reason TEXT CONSTRAINT ck_site_closed_with_a_reason "
        "CHECK ((closed_at IS NULL) = (closed_reason IS NULL))"
    )
    op.create_table(
        "site_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("kind", _one_of(KINDS, "checkkind"), nullable=False),
        sa.Column("status", _one_of(STATUSES, "checkstatus"), nullable=False),
        sa.Column("requested_on", sa.Date(), nullable=True),
        sa.Column("requested_of", sa.String(length=255), nullable=True),
        sa.Column("insurer", sa.String(length=255), nullable=True),
        sa.Column("policy_number", sa.String(length=255), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("covered_from", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("checked_on", sa.Date(), nullable=True),
        sa.Column("checked_by_id", sa.Integer(), nullable=True),
        sa.Column("checked_by_name", sa.String(length=255), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("(CURRENT_TIMESTAMP)"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("(CURRENT_TIMESTAMP)"), nullable=False
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_site_check_{name}")) for name, rule in CHECKS.items()),
        sa.ForeignKeyConstraint(
            ["checked_by_id"], ["user.id"], name=op.f("fk_site_check_checked_by_id_user"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_site_check_site_id_site"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_check")),
    )
    op.create_index(op.f("ix_site_check_checked_by_id"), "site_check", ["checked_by_id"], unique=False)
    op.create_index("ix_site_check_site", "site_check", ["site_id", "kind", "id"], unique=False)
    op.create_index(
        "ix_site_check_runs_out",
        "site_check",
        ["valid_to"],
        unique=False,
        sqlite_where=ACCEPTED_NOW,
        postgresql_where=ACCEPTED_NOW,
    )
    op.create_index(
        "uq_site_check_current",
        "site_check",
        ["site_id", "kind"],
        unique=True,
        sqlite_where=CURRENT,
        postgresql_where=CURRENT,
    )


def _one_of(codes: tuple[str, ...], name: str) -> sa.Enum:
    return sa.Enum(*codes, name=name, native_enum=False, create_constraint=True, length=32)


def downgrade() -> None:
    op.drop_table("site_check")
    op.execute("ALTER TABLE site DROP COLUMN closed_reason")
    op.execute("ALTER TABLE site DROP COLUMN closed_at")
