"""Places of opportunities that were found for providers' requests."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "places_found",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("opportunity_id", sa.Integer(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.CheckConstraint("places >= 1", name=op.f("ck_places_found_some_places")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["request.id"], name=op.f("fk_places_found_request_id_request"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["opportunity_id"],
            ["opportunity.id"],
            name=op.f("fk_places_found_opportunity_id_opportunity"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_places_found")),
        sa.UniqueConstraint("request_id", "opportunity_id", name="uq_places_found_pair"),
    )
    op.create_index("ix_places_found_opportunity", "places_found", ["opportunity_id"])


def downgrade() -> None:
    op.drop_table("places_found")
