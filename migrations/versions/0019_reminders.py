"""Who reads the answers to a mail; when an answer to a pledge was last asked for.

The columns are added in place: rebuilding `pledge` on SQLite would lose its triggers.
"""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

COLUMNS = (("outbox_email", "reply_to", "VARCHAR(255)"), ("pledge", "reminded_on", "DATE"))


def upgrade() -> None:
    for table, column, kind in COLUMNS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")


def downgrade() -> None:
    for table, column, _ in reversed(COLUMNS):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
