"""Corrections of contact log entries, with what was said before."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "interaction_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("interaction_id", sa.Integer(), nullable=False),
        sa.Column("corrected_by_id", sa.Integer(), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.CheckConstraint("length(trim(reason)) > 0", name=op.f("ck_interaction_correction_has_a_reason")),
        sa.ForeignKeyConstraint(
            ["corrected_by_id"],
            ["user.id"],
            name=op.f("fk_interaction_correction_corrected_by_id_user"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["interaction_id"],
            ["interaction.id"],
            name=op.f("fk_interaction_correction_interaction_id_interaction"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interaction_correction")),
    )
    for column in ("corrected_by_id", "interaction_id"):
        op.create_index(op.f(f"ix_interaction_correction_{column}"), "interaction_correction", [column], unique=False)


def downgrade() -> None:
    op.drop_table("interaction_correction")
