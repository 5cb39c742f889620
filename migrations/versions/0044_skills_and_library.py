"""The agreed skills in versions that never change, and the job-role library, with what opportunities take of both."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

REFUSED = "a version of the skills list never changes"
TABLES, EVENTS = ("skills_list", "skills_list_entry"), ("UPDATE", "DELETE")


def upgrade() -> None:
    _skills()
    _library()
    _pair("opportunity_skill", ("opportunity_id", "opportunity"), ("skill_id", "skill"))
    op.create_table(
        "watch_first",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("opportunity_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        *_stamps(),
        *_keys("watch_first", ("opportunity_id", "opportunity"), ("item_id", "library_item")),
        sa.UniqueConstraint("opportunity_id", "item_id", name=op.f("uq_watch_first_pair")),
    )
    op.create_index(op.f("ix_watch_first_item_id"), "watch_first", ["item_id"], unique=False)
    for table in TABLES:
        for event in EVENTS:
            _refuse(table, event)


def _skills() -> None:
    op.create_table(
        "skill",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        *_stamps(),
        sa.CheckConstraint("length(trim(name)) > 0", name=op.f("ck_skill_has_a_name")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skill")),
        sa.UniqueConstraint("name", name=op.f("uq_skill_name")),
    )
    op.create_table(
        "skills_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("meeting", sa.String(length=255), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_skills_list_number_is_positive")),
        sa.CheckConstraint("length(trim(meeting)) > 0", name=op.f("ck_skills_list_names_its_meeting")),
        *_keys("skills_list", ("published_by_id", "user")),
        sa.UniqueConstraint("number", name=op.f("uq_skills_list_number")),
    )
    op.create_index(op.f("ix_skills_list_published_by_id"), "skills_list", ["published_by_id"], unique=False)
    op.create_table(
        "skills_list_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("skill_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("wording", sa.String(length=255), nullable=False),
        sa.Column("meaning", sa.Text(), nullable=False),
        *_keys("skills_list_entry", ("list_id", "skills_list"), ("skill_id", "skill")),
        sa.UniqueConstraint("list_id", "skill_id", name=op.f("uq_skills_list_entry_skill")),
        sa.UniqueConstraint("list_id", "position", name=op.f("uq_skills_list_entry_position")),
    )
    op.create_index(op.f("ix_skills_list_entry_skill_id"), "skills_list_entry", ["skill_id"], unique=False)


def _library() -> None:
    op.create_table(
        "library_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("role", sa.String(length=255), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column(
            "format",
            sa.Enum("video", "presentation", name="format", native_enum=False, length=32, create_constraint=True),
            nullable=False,
        ),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("has_captions", sa.Boolean(), nullable=True),
        sa.Column("employer_id", sa.Integer(), nullable=True),
        sa.Column("sector_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        *_stamps(),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(trim(title)) > 0", name=op.f("ck_library_item_has_a_title")),
        sa.CheckConstraint("length(trim(role)) > 0", name=op.f("ck_library_item_names_a_role")),
        sa.CheckConstraint(
            "url LIKE 'http://%' OR url LIKE 'https://%'", name=op.f("ck_library_item_leads_to_the_web")
        ),
        sa.CheckConstraint("minutes BETWEEN 1 AND 240", name=op.f("ck_library_item_minutes_in_range")),
        sa.CheckConstraint(
            "(format = 'video') = (has_captions IS NOT NULL)", name=op.f("ck_library_item_captions_of_videos")
        ),
        *_keys("library_item", ("employer_id", "employer"), ("sector_id", "sector"), ("added_by_id", "user")),
    )
    in_library = sa.text("withdrawn_at IS NULL")
    op.create_index(
        "uq_library_item_url",
        "library_item",
        ["url"],
        unique=True,
        sqlite_where=in_library,
        postgresql_where=in_library,
    )
    op.create_index("ix_library_item_title", "library_item", ["title", "id"], unique=False)
    for column in ("employer_id", "sector_id", "added_by_id"):
        op.create_index(op.f(f"ix_library_item_{column}"), "library_item", [column], unique=False)
    _pair("library_item_skill", ("item_id", "library_item"), ("skill_id", "skill"))


def _pair(table: str, left: tuple[str, str], right: tuple[str, str]) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(left[0], sa.Integer(), nullable=False),
        sa.Column(right[0], sa.Integer(), nullable=False),
        *_keys(table, left, right),
        sa.UniqueConstraint(left[0], right[0], name=op.f(f"uq_{table}_pair")),
    )
    op.create_index(op.f(f"ix_{table}_{right[0]}"), table, [right[0]], unique=False)


def _stamps() -> list[sa.Column[object]]:
    return [
        sa.Column(name, sa.DateTime(timezone=True), server_default=sa.text("(CURRENT_TIMESTAMP)"), nullable=False)
        for name in ("created_at", "updated_at")
    ]


def _keys(table: str, *keys: tuple[str, str]) -> list[sa.Constraint]:
    return [
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"), ondelete="RESTRICT"
            )
            for column, other in keys
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _refuse(table: str, event: str) -> None:
    name = f"{table}_refuses_{event.lower()}"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END")
        return
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'check_violation'; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def downgrade() -> None:
    for table in (
        "watch_first",
        "opportunity_skill",
        "library_item_skill",
        "library_item",
        "skills_list_entry",
        "skills_list",
        "skill",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            for event in EVENTS:
                op.execute(f"DROP FUNCTION {table}_refuses_{event.lower()}()")
