"""Tags, saved views, bulk changes."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

LISTS = ("employers", "contact-log", "pledges", "opportunities")
ACTIONS = ("assign", "add-tag", "remove-tag", "archive", "restore", "email")
STATUSES = ("prepared", "done", "undone")
STATES = ("will", "already", "cannot", "changed", "meanwhile", "undone", "kept")
NOW = sa.text("(CURRENT_TIMESTAMP)")


def _times() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
    )


def _one_of(values: tuple[str, ...], name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"), ondelete="RESTRICT"
    )


def _index(table: str, column: str) -> None:
    op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)


def upgrade() -> None:
    op.create_table(
        "tag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_in_use", sa.Boolean(), nullable=False),
        *_times(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag")),
        sa.UniqueConstraint("name", name=op.f("uq_tag_name")),
    )
    op.create_table(
        "employer_tag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("employer_id", sa.Integer(), nullable=False),
        sa.Column("tag_id", sa.Integer(), nullable=False),
        _key("employer_tag", "employer_id", "employer"),
        _key("employer_tag", "tag_id", "tag"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employer_tag")),
        sa.UniqueConstraint("employer_id", "tag_id", name="uq_employer_tag_pair"),
    )
    _index("employer_tag", "employer_id")
    _index("employer_tag", "tag_id")
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("list_name", _one_of(LISTS, "listname"), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        *_times(),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_saved_view_has_a_name")),
        _key("saved_view", "owner_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("owner_id", "list_name", "name", name="uq_saved_view_name"),
    )
    op.create_index("ix_saved_view_list", "saved_view", ["list_name", "is_shared"], unique=False)
    op.create_index(
        "uq_saved_view_default",
        "saved_view",
        ["owner_id", "list_name"],
        unique=True,
        sqlite_where=sa.text("is_default"),
        postgresql_where=sa.text("is_default"),
    )
    _bulk_changes()


def _bulk_changes() -> None:
    op.create_table(
        "bulk_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("action", _one_of(ACTIONS, "bulkaction"), nullable=False),
        sa.Column("status", _one_of(STATUSES, "bulkstatus"), nullable=False),
        sa.Column("came_from", sa.Text(), nullable=False),
        sa.Column("new_owner_id", sa.Integer(), nullable=True),
        sa.Column("tag_name", sa.String(length=255), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("subject", sa.String(length=255), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        *_times(),
        sa.CheckConstraint(
            "(action IN ('add-tag', 'remove-tag')) = (tag_name IS NOT NULL)",
            name=op.f("ck_bulk_change_tags_have_a_tag"),
        ),
        sa.CheckConstraint(
            "(action = 'archive') = (reason IS NOT NULL)", name=op.f("ck_bulk_change_archived_with_a_reason")
        ),
        sa.CheckConstraint(
            "(action = 'email') = (subject IS NOT NULL AND body IS NOT NULL)",
            name=op.f("ck_bulk_change_mails_say_something"),
        ),
        sa.CheckConstraint(
            "action = 'assign' OR new_owner_id IS NULL", name=op.f("ck_bulk_change_only_assigning_has_an_owner")
        ),
        sa.CheckConstraint("(status = 'prepared') = (done_at IS NULL)", name=op.f("ck_bulk_change_done_has_its_time")),
        sa.CheckConstraint(
            "(status = 'undone') = (undone_at IS NOT NULL)", name=op.f("ck_bulk_change_undone_has_its_time")
        ),
        sa.CheckConstraint(
            "(undone_at IS NULL) = (undone_by_id IS NULL)", name=op.f("ck_bulk_change_undone_by_somebody")
        ),
        _key("bulk_change", "made_by_id", "user"),
        _key("bulk_change", "new_owner_id", "user"),
        _key("bulk_change", "undone_by_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_change")),
    )
    for column in ("made_by_id", "new_owner_id", "undone_by_id"):
        _index("bulk_change", column)
    op.create_index("ix_bulk_change_status", "bulk_change", ["status", "created_at"], unique=False)
    op.create_table(
        "bulk_change_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bulk_change_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("employer_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("interaction_id", sa.Integer(), nullable=True),
        sa.Column("state", _one_of(STATES, "itemstate"), nullable=False),
        sa.Column("why", sa.String(length=255), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        _key("bulk_change_item", "bulk_change_id", "bulk_change"),
        _key("bulk_change_item", "employer_id", "employer"),
        _key("bulk_change_item", "contact_id", "contact"),
        _key("bulk_change_item", "interaction_id", "interaction"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_change_item")),
        sa.UniqueConstraint("bulk_change_id", "position", name="uq_bulk_change_item_position"),
    )
    for column in ("employer_id", "contact_id", "interaction_id"):
        _index("bulk_change_item", column)
    op.create_index(
        "ix_bulk_change_item_state", "bulk_change_item", ["bulk_change_id", "state", "position"], unique=False
    )


def downgrade() -> None:
    for table in ("bulk_change_item", "bulk_change", "saved_view", "employer_tag", "tag"):
        op.drop_table(table)
