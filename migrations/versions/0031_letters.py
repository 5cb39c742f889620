"""What a mail may also be: HTML, from somebody by name, about an employer, easy to stop; and what becomes of it.

Whoever gave up or sent a mail with a link before now blanked the link: such mails cannot be tried again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

BEFORE = ("queued", "sending", "sent", "failed")
STATUS = "ck_outbox_email_emailstatus"


def one_of(values: tuple[str, ...]) -> str:
    return f"status IN ({', '.join(repr(value) for value in values)})"


def upgrade() -> None:
    with op.batch_alter_table("outbox_email") as table:
        table.add_column(sa.Column("html", sa.Text(), nullable=True))
        table.add_column(sa.Column("sender_name", sa.String(length=255), nullable=True))
        table.add_column(sa.Column("unsubscribe", sa.Text(), nullable=True))
        table.add_column(sa.Column("employer_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("has_secret", sa.Boolean(), server_default=sa.false(), nullable=False))
        table.add_column(sa.Column("followed_up_at", sa.DateTime(timezone=True), nullable=True))
        table.drop_constraint(op.f(STATUS), type_="check")
        table.create_check_constraint(op.f(STATUS), one_of((*BEFORE, "stopped")))
    op.execute("UPDATE outbox_email SET has_secret = true WHERE key LIKE 'password-link:%'")


def downgrade() -> None:
    op.execute("UPDATE outbox_email SET status = 'failed' WHERE status = 'stopped'")
    with op.batch_alter_table("outbox_email") as table:
        table.drop_constraint(op.f(STATUS), type_="check")
        table.create_check_constraint(op.f(STATUS), one_of(BEFORE))
        for column in ("followed_up_at", "has_secret", "employer_id", "unsubscribe", "sender_name", "html"):
            table.drop_column(column)
