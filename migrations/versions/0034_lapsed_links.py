"""When an officer was told that a link to a pledge ended without an answer."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("employer_link") as table:
        table.add_column(sa.Column("lapse_told_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("employer_link") as table:
        table.drop_column("lapse_told_at")
