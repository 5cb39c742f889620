"""Names of young people, sealed, where their provider chose so, and who looked at one."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

REFUSED = "what was read of a name is never forgotten"
EVENTS = ("UPDATE", "DELETE")


def upgrade() -> None:
    op.create_table(
        "name_keeping",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provider_id", sa.Integer(), nullable=False),
        sa.Column("chosen_by_id", sa.Integer(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.Column(name, sa.DateTime(timezone=True), server_default=sa.text("(CURRENT_TIMESTAMP)"), nullable=False)
            for name in ("created_at", "updated_at")
        ),
        *_keys("name_keeping", ("provider_id", "provider"), ("chosen_by_id", "user")),
        sa.UniqueConstraint("provider_id", name=op.f("uq_name_keeping_provider_id")),
    )
    op.create_index(op.f("ix_name_keeping_chosen_by_id"), "name_keeping", ["chosen_by_id"], unique=False)
    op.create_table(
        "sealed_name",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("keeping_id", sa.Integer(), nullable=False),
        sa.Column("young_person_id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        *_keys("sealed_name", ("keeping_id", "name_keeping"), ("young_person_id", "young_person")),
        sa.UniqueConstraint("young_person_id", name=op.f("uq_sealed_name_young_person_id")),
    )
    op.create_index(op.f("ix_sealed_name_keeping_id"), "sealed_name", ["keeping_id"], unique=False)
    op.create_table(
        "name_read",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("young_person_id", sa.Integer(), nullable=False),
        sa.Column("read_by_id", sa.Integer(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        *_keys("name_read", ("young_person_id", "young_person"), ("read_by_id", "user")),
    )
    op.create_index("ix_name_read_person", "name_read", ["young_person_id", "read_at"], unique=False)
    op.create_index(op.f("ix_name_read_read_by_id"), "name_read", ["read_by_id"], unique=False)
    for event in EVENTS:
        _refuse(event)


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


def _refuse(event: str) -> None:
    name = f"name_read_refuses_{event.lower()}"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON name_read BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END")
        return
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'check_violation'; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {event} ON name_read FOR EACH ROW EXECUTE FUNCTION {name}()")


def downgrade() -> None:
    for table in ("name_read", "sealed_name", "name_keeping"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for event in EVENTS:
            op.execute(f"DROP FUNCTION name_read_refuses_{event.lower()}()")
