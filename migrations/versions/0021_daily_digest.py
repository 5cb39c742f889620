"""The daily digest: who asked for none, and whose was decided about on a day."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("user", sa.Column("digest_off_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "digest_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_digest_day_user_id_user"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest_day")),
        sa.UniqueConstraint("user_id", "day", name="uq_digest_day_pair"),
    )
    op.create_index(op.f("ix_digest_day_day"), "digest_day", ["day"], unique=False)


def downgrade() -> None:
    op.drop_table("digest_day")
    op.drop_column("user", "digest_off_at")
