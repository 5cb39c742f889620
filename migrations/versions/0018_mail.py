"""E-mails to the log, their attachments, and the mailboxes they come from."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

STATUSES = ("checking", "waiting", "filed", "discarded", "aside")
REASONS = (
    "not_ours",
    "doubtful",
    "unknown",
    "several",
    "refused",
    "unreadable",
    "taken_back",
    "automatic",
    "bulk",
    "own",
)
KINDS = ("email", "meeting", "cancelled_meeting")
NOW = sa.text("(CURRENT_TIMESTAMP)")


def upgrade() -> None:
    create_mail()
    create_attachments()
    create_mailboxes()


def create_mail() -> None:
    op.create_table(
        "mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("status", one_of("mailstatus", STATUSES), nullable=False),
        sa.Column("why", one_of("why", REASONS), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.Column("source", one_of("source", ("upload", "mailbox")), nullable=False),
        sa.Column("brought_by_id", sa.Integer(), nullable=True),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("employer_id", sa.Integer(), nullable=True),
        sa.Column("interaction_id", sa.Integer(), nullable=True),
        sa.Column("kind", one_of("letterkind", KINDS), nullable=False),
        sa.Column("direction", one_of("direction", ("outgoing", "incoming")), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("message_key", sa.String(length=64), nullable=False),
        sa.Column("content_key", sa.String(length=64), nullable=False),
        sa.Column("filed_message_key", sa.String(length=64), nullable=True),
        sa.Column("filed_content_key", sa.String(length=64), nullable=True),
        sa.Column("sender_name", sa.String(length=255), nullable=False),
        sa.Column("sender_email", sa.String(length=255), nullable=False),
        sa.Column("people", sa.JSON(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("earlier", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("remarks", sa.JSON(), nullable=False),
        sa.Column("not_kept", sa.JSON(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(status = 'filed') = (interaction_id IS NOT NULL)", name=op.f("ck_mail_filed_has_its_entry")
        ),
        sa.CheckConstraint(
            "status NOT IN ('filed', 'checking') OR employer_id IS NOT NULL", name=op.f("ck_mail_filed_somewhere")
        ),
        sa.CheckConstraint("status NOT IN ('waiting', 'aside') OR why IS NOT NULL", name=op.f("ck_mail_says_why")),
        sa.CheckConstraint("status <> 'discarded' OR reason IS NOT NULL", name=op.f("ck_mail_discarded_for_a_reason")),
        sa.CheckConstraint(
            "(status = 'filed') = (filed_message_key IS NOT NULL) "
            "AND (status = 'filed') = (filed_content_key IS NOT NULL)",
            name=op.f("ck_mail_filed_under_its_keys"),
        ),
        *(key("mail", column, table) for column, table in KEYS.items()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
        sa.UniqueConstraint("employer_id", "filed_content_key", name=op.f("uq_mail_filed_content")),
        sa.UniqueConstraint("employer_id", "filed_message_key", name=op.f("uq_mail_filed_message")),
        sa.UniqueConstraint("interaction_id", name=op.f("uq_mail_interaction_id")),
    )
    op.create_index(op.f("ix_mail_brought_by_id"), "mail", ["brought_by_id"])
    op.create_index(op.f("ix_mail_decided_by_id"), "mail", ["decided_by_id"])
    op.create_index("ix_mail_message", "mail", ["message_key"])
    op.create_index("ix_mail_tray", "mail", ["status", "id"])


KEYS = {"brought_by_id": "user", "employer_id": "employer", "interaction_id": "interaction", "decided_by_id": "user"}


def create_attachments() -> None:
    op.create_table(
        "mail_attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        key("mail_attachment", "mail_id", "mail"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_attachment")),
    )
    op.create_index(op.f("ix_mail_attachment_mail_id"), "mail_attachment", ["mail_id"])


def create_mailboxes() -> None:
    op.create_table(
        "mailbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("owner", sa.String(length=255), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox")),
        sa.UniqueConstraint("name", name=op.f("uq_mailbox_name")),
    )
    op.create_table(
        "mailbox_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mailbox_id", sa.Integer(), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("uid", sa.BigInteger(), nullable=False),
        sa.Column("arrival_key", sa.String(length=64), nullable=True),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        key("mailbox_message", "mailbox_id", "mailbox"),
        key("mailbox_message", "mail_id", "mail"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox_message")),
        sa.UniqueConstraint("mailbox_id", "uidvalidity", "uid", name=op.f("uq_mailbox_message_uid")),
        sa.UniqueConstraint("mailbox_id", "arrival_key", name=op.f("uq_mailbox_message_arrival")),
    )
    op.create_index(op.f("ix_mailbox_message_mail_id"), "mailbox_message", ["mail_id"])


def downgrade() -> None:
    for table in ("mailbox_message", "mailbox", "mail_attachment", "mail"):
        op.drop_table(table)


def one_of(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def key(table: str, column: str, parent: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{parent}.id"], name=op.f(f"fk_{table}_{column}_{parent}"), ondelete="RESTRICT"
    )
