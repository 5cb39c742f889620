"""Find everybody with an e-mail address, at whichever employer: an objection holds for the address."""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_contact_email", "contact", ["email"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_contact_email", table_name="contact")
