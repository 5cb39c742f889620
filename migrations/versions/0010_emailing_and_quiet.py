"""What is known about e-mailing a contact; until when an employer asked to be left in peace.

The columns are added in place, with their CHECKs: rebuilding these tables on SQLite would lose their triggers.
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# Table, the day, what goes with it, the name of the CHECK that both or neither are there.
PAIRS = (
    ("contact", "consented_on", "consented_how", "consented_says_how"),
    ("contact", "opted_in_on", "opted_in_how", "opted_in_says_how"),
    ("contact", "objected_on", "objected_how", "objected_says_how"),
    ("employer", "quiet_until", "quiet_reason", "quiet_says_why"),
)


def upgrade() -> None:
    for table, day, words, check in PAIRS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {day} DATE")
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN {words} VARCHAR(255) CONSTRAINT ck_{table}_{check} "
            f"CHECK (({day} IS NULL) = ({words} IS NULL) AND ({words} IS NULL OR length(trim({words})) > 0))"
        )


def downgrade() -> None:
    for table, day, words, _ in reversed(PAIRS):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {words}")
        op.execute(f"ALTER TABLE {table} DROP COLUMN {day}")
