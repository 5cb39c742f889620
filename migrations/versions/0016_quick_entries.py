"""Quick entries: what is said often, with a few to begin with."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

CHANNELS = ("call", "email", "meeting", "visit", "event", "letter")
OUTCOMES = ("no_answer", "left_message", "sent", "spoke", "interested", "agreed", "not_now", "no")
DUES = ("tomorrow", "week", "fortnight")
# Words on the button, channel, outcome, what was said, next step, when.
ENTRIES = (
    ("No answer", "call", "no_answer", "Rang, no answer.", "Ring again", "tomorrow"),
    (
        "Left message",
        "call",
        "left_message",
        "Left a message asking them to ring back.",
        "Ring again",
        "week",
    ),
    ("Spoke, call back", "call", "spoke", "Spoke briefly. They asked us to ring back.", "Ring back", "tomorrow"),
    (
        "Sent information",
        "email",
        "sent",
        "Sent information about working with young people.",
        "Ask what they think",
        "week",
    ),
    ("Interested", "call", "interested", "Interested, would like to see a pledge.", "Send a pledge", "tomorrow"),
    ("Not now", "call", "not_now", "Not at present.", None, None),
)


def upgrade() -> None:
    table = op.create_table(
        "quick_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("channel", checked("channel", CHANNELS), nullable=True),
        sa.Column("outcome", checked("outcome", OUTCOMES), nullable=True),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("next_step", sa.String(length=255), nullable=True),
        sa.Column("due", checked("due", DUES), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_in_use", sa.Boolean(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.text("(CURRENT_TIMESTAMP)"), nullable=False
        ),
        sa.Column(
            "updated_at", sa.DateTime(timezone=True), server_default=sa.text("(CURRENT_TIMESTAMP)"), nullable=False
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(trim(summary)) > 0", name=op.f("ck_quick_entry_says_something")),
        sa.CheckConstraint("(next_step IS NULL) = (due IS NULL)", name=op.f("ck_quick_entry_next_step_has_its_day")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quick_entry")),
        sa.UniqueConstraint("name", name=op.f("uq_quick_entry_name")),
    )
    names = ("name", "channel", "outcome", "summary", "next_step", "due")
    op.bulk_insert(
        table,
        [
            dict(zip(names, entry, strict=True)) | {"position": place, "is_in_use": True, "version": 1}
            for place, entry in enumerate(ENTRIES, start=1)
        ],
    )


def downgrade() -> None:
    op.drop_table("quick_entry")


def checked(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)
