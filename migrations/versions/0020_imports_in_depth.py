"""Imports of several sheets, contact logs among them; remembered mappings; what it takes to undo an import.

Down forgets what only the new tables hold: mappings, rejected rows and the ledger. Of a file with several sheets it
keeps the first one's columns.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

SEVERITIES = ("rejected", "left_out", "blank", "warning")
MORE_SEVERITIES = ("rejected", "left_out", "read_as", "blank", "warning")
KINDS = ("employers", "log", "left_out")
CHANNELS = ("call", "email", "meeting", "visit", "event", "letter")


def upgrade() -> None:
    op.add_column("import_run", sa.Column("phase", sa.String(length=255), nullable=True))
    op.add_column("import_run", sa.Column("claimed_by", sa.String(length=32), nullable=True))
    op.add_column("import_run", sa.Column("hidden_sheets", sa.JSON(), nullable=True))
    create_sheets()
    op.execute(
        "INSERT INTO import_sheet (run_id, position, name, kind, header_row, columns, channel, creates_employers, "
        "outcome) SELECT id, 0, COALESCE(sheet, ''), 'employers', header_row, columns, 'call', false, outcome "
        "FROM import_run"
    )
    with op.batch_alter_table("import_run") as table:
        table.drop_column("sheet")
        table.drop_column("header_row")
        table.drop_column("columns")
    with op.batch_alter_table("import_problem") as table:
        table.add_column(sa.Column("sheet_id", sa.Integer(), nullable=True))
        table.drop_constraint(op.f("ck_import_problem_severity"), type_="check")
        table.create_check_constraint(op.f("ck_import_problem_severity"), one_of("severity", MORE_SEVERITIES))
    op.execute(
        "UPDATE import_problem SET sheet_id = "
        "(SELECT id FROM import_sheet WHERE import_sheet.run_id = import_problem.run_id)"
    )
    with op.batch_alter_table("import_problem") as table:
        table.alter_column("sheet_id", existing_type=sa.Integer(), nullable=False)
        table.create_foreign_key(
            op.f("fk_import_problem_sheet_id_import_sheet"), "import_sheet", ["sheet_id"], ["id"], ondelete="RESTRICT"
        )
        table.create_index(op.f("ix_import_problem_sheet_id"), ["sheet_id"], unique=False)
    create_memory()
    create_ledger()


def downgrade() -> None:
    for table_name in ("import_undo", "import_change", "import_rejected_row", "import_mapping"):
        op.drop_table(table_name)
    op.execute("UPDATE import_problem SET severity = 'warning' WHERE severity = 'read_as'")
    with op.batch_alter_table("import_problem") as table:
        table.drop_index(op.f("ix_import_problem_sheet_id"))
        table.drop_constraint(op.f("fk_import_problem_sheet_id_import_sheet"), type_="foreignkey")
        table.drop_constraint(op.f("ck_import_problem_severity"), type_="check")
        table.drop_column("sheet_id")
        table.create_check_constraint(op.f("ck_import_problem_severity"), one_of("severity", SEVERITIES))
    with op.batch_alter_table("import_run") as table:
        table.add_column(sa.Column("sheet", sa.String(length=255), nullable=True))
        table.add_column(sa.Column("header_row", sa.Integer(), nullable=True))
        table.add_column(sa.Column("columns", sa.JSON(), nullable=True))
        table.drop_column("hidden_sheets")
        table.drop_column("claimed_by")
        table.drop_column("phase")
    first = "FROM import_sheet WHERE import_sheet.run_id = import_run.id AND position = 0"
    op.execute(
        f"UPDATE import_run SET sheet = (SELECT NULLIF(name, '') {first}), "
        f"header_row = (SELECT header_row {first}), columns = (SELECT columns {first})"
    )
    op.drop_table("import_sheet")


def one_of(column: str, values: tuple[str, ...]) -> str:
    listed = ", ".join(f"'{value}'" for value in values)
    return f"{column} IN ({listed})"


def code(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def reference(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"), ondelete="RESTRICT")


def create_sheets() -> None:
    op.create_table(
        "import_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("kind", code("sheetkind", *KINDS), nullable=False),
        sa.Column("header_row", sa.Integer(), nullable=True),
        sa.Column("columns", sa.JSON(), nullable=True),
        sa.Column("channel", code("channel", *CHANNELS), nullable=False),
        sa.Column("creates_employers", sa.Boolean(), nullable=False),
        sa.Column("remembered_from", sa.String(length=255), nullable=True),
        sa.Column("headings", sa.JSON(), nullable=True),
        sa.Column("outcome", sa.JSON(), nullable=True),
        reference("import_sheet", "run_id", "import_run"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_sheet")),
        sa.UniqueConstraint("run_id", "position", name="uq_import_sheet_place"),
    )


def create_memory() -> None:
    op.create_table(
        "import_mapping",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shape", sa.String(length=64), nullable=False),
        sa.Column("kind", code("sheetkind", *KINDS), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("channel", code("channel", *CHANNELS), nullable=False),
        sa.Column("creates_employers", sa.Boolean(), nullable=False),
        sa.Column("used_by_name", sa.String(length=255), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_mapping")),
        sa.UniqueConstraint("shape", name=op.f("uq_import_mapping_shape")),
    )
    op.create_table(
        "import_rejected_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        reference("import_rejected_row", "sheet_id", "import_sheet"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_rejected_row")),
    )
    op.create_index("ix_import_rejected_row_sheet", "import_rejected_row", ["sheet_id", "row"], unique=False)


def create_ledger() -> None:
    op.create_table(
        "import_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("entity", sa.String(length=32), nullable=False),
        sa.Column("entity_id", sa.Integer(), nullable=False),
        sa.Column("seal", sa.String(length=32), nullable=True),
        sa.Column("changes", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("key", sa.String(length=64), nullable=True),
        sa.Column("fate", code("fate", "undone", "kept"), nullable=True),
        sa.Column("why_kept", sa.Text(), nullable=True),
        sa.CheckConstraint("(seal IS NULL) <> (changes IS NULL)", name=op.f("ck_import_change_made_or_changed")),
        reference("import_change", "run_id", "import_run"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_change")),
    )
    op.create_index("ix_import_change_run", "import_change", ["run_id", "fate", "id"], unique=False)
    op.create_index("ix_import_change_entity", "import_change", ["entity", "entity_id"], unique=False)
    op.create_index(op.f("ix_import_change_key"), "import_change", ["key"], unique=False)
    op.create_table(
        "import_undo",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("status", code("undostatus", "queued", "running", "done", "failed"), nullable=False),
        sa.Column("asked_by_name", sa.String(length=255), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_by", sa.String(length=32), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        reference("import_undo", "run_id", "import_run"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_undo")),
        sa.UniqueConstraint("run_id", name=op.f("uq_import_undo_run_id")),
    )
