"""Calendar entries that mails carry, who is kept invited to an opportunity, and what they were told and answered."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

NOW = sa.text("(CURRENT_TIMESTAMP)")
METHODS = ("request", "cancel")
PARTIES = ("leader", "provider", "officer")
ANSWERS = ("none", "accepted", "tentative", "declined")
REASONS = (
    *("not_ours", "doubtful", "unknown", "several", "refused"),
    *("unreadable", "taken_back", "automatic", "bulk", "own"),
)
WHY = "ck_mail_why"
LIVE = sa.text("ended_at IS NULL")


def one_of(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def says_why(values: tuple[str, ...]) -> str:
    return f"why IN ({', '.join(repr(value) for value in values)})"


def upgrade() -> None:
    with op.batch_alter_table("outbox_email") as table:
        table.add_column(sa.Column("calendar", sa.Text(), nullable=True))
        table.add_column(sa.Column("calendar_method", sa.String(length=32), nullable=True))
        table.create_check_constraint(
            op.f("ck_outbox_email_calendarmethod"), f"calendar_method IN ({', '.join(map(repr, METHODS))})"
        )
        table.create_check_constraint(
            op.f("ck_outbox_email_calendar_has_its_method"), "(calendar IS NULL) = (calendar_method IS NULL)"
        )
    with op.batch_alter_table("mail") as table:
        table.drop_constraint(op.f(WHY), type_="check")
        table.create_check_constraint(op.f(WHY), says_why((*REASONS, "answer")))
    create_invitee()
    create_invitation()


def create_invitee() -> None:
    op.create_table(
        "invitee",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("opportunity_id", sa.Integer(), nullable=False),
        sa.Column("party", one_of("party", PARTIES), nullable=False),
        sa.Column("is_wanted", sa.Boolean(), nullable=False),
        sa.Column("chosen_by_id", sa.Integer(), nullable=False),
        sa.Column("pending", sa.String(length=64), nullable=True),
        sa.Column("pending_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(
            ["chosen_by_id"], ["user.id"], name=op.f("fk_invitee_chosen_by_id_user"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["opportunity_id"],
            ["opportunity.id"],
            name=op.f("fk_invitee_opportunity_id_opportunity"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitee")),
        sa.UniqueConstraint("opportunity_id", "party", name="uq_invitee_party"),
    )
    op.create_index(op.f("ix_invitee_chosen_by_id"), "invitee", ["chosen_by_id"])


def create_invitation() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("invitee_id", sa.Integer(), nullable=False),
        sa.Column("opportunity_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=255), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("mails", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("address", sa.String(length=255), nullable=False),
        sa.Column("organiser", sa.String(length=255), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_reason", sa.String(length=255), nullable=True),
        sa.Column("untold_reason", sa.String(length=255), nullable=True),
        sa.Column("answer", one_of("answer", ANSWERS), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_sequence", sa.Integer(), nullable=True),
        sa.Column("answer_stamp", sa.DateTime(timezone=True), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("follow_up_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.CheckConstraint("sequence >= 0", name=op.f("ck_invitation_sequence_not_negative")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_invitation_ends_after_it_starts")),
        sa.CheckConstraint("(answer = 'none') = (answered_at IS NULL)", name=op.f("ck_invitation_answered_at_a_time")),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_reason IS NULL)", name=op.f("ck_invitation_ended_for_a_reason")
        ),
        sa.CheckConstraint(
            "untold_reason IS NULL OR ended_at IS NOT NULL", name=op.f("ck_invitation_untold_of_an_end")
        ),
        sa.ForeignKeyConstraint(
            ["follow_up_id"], ["follow_up.id"], name=op.f("fk_invitation_follow_up_id_follow_up"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["invitee_id"], ["invitee.id"], name=op.f("fk_invitation_invitee_id_invitee"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["opportunity_id"],
            ["opportunity.id"],
            name=op.f("fk_invitation_opportunity_id_opportunity"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("uid", name=op.f("uq_invitation_uid")),
    )
    op.create_index(op.f("ix_invitation_follow_up_id"), "invitation", ["follow_up_id"])
    op.create_index("ix_invitation_invitee", "invitation", ["invitee_id"])
    op.create_index("ix_invitation_opportunity", "invitation", ["opportunity_id"])
    op.create_index(
        "uq_invitation_live",
        "invitation",
        ["invitee_id"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )


def downgrade() -> None:
    op.drop_table("invitation")
    op.drop_table("invitee")
    op.execute("UPDATE mail SET why = 'automatic' WHERE why = 'answer'")
    with op.batch_alter_table("mail") as table:
        table.drop_constraint(op.f(WHY), type_="check")
        table.create_check_constraint(op.f(WHY), says_why(REASONS))
    with op.batch_alter_table("outbox_email") as table:
        table.drop_constraint(op.f("ck_outbox_email_calendar_has_its_method"), type_="check")
        table.drop_constraint(op.f("ck_outbox_email_calendarmethod"), type_="check")
        table.drop_column("calendar_method")
        table.drop_column("calendar")
