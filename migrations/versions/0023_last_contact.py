"""The day of the newest entry in the contact log, kept beside each employer; an index of the log by channel."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The triggers that keep it are made by migrations/env.py (crm.interactions.latest).
    op.add_column("employer", sa.Column("last_contact_on", sa.Date(), nullable=True))
    op.execute(
        "UPDATE employer SET last_contact_on = "
        "(SELECT MAX(happened_on) FROM interaction WHERE interaction.employer_id = employer.id)"
    )
    order = ["archived_at", "last_contact_on", "name_key", "id"]
    op.create_index("ix_employer_last_contact", "employer", order, unique=False)
    op.create_index("ix_interaction_channel", "interaction", ["channel", "happened_on", "id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_interaction_channel", table_name="interaction")
    op.drop_index("ix_employer_last_contact", table_name="employer")
    op.execute("ALTER TABLE employer DROP COLUMN last_contact_on")
