"""What an opportunity is for, for whom and where; what makes it meaningful; who answers for an exception."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

YEAR_GROUPS = ("7", "8", "9", "10", "11", "12", "13", "18-24")
PARTS = ("purpose", "outcomes", "interaction", "people", "task", "feedback", "reflection")
PROGRAMMES = ("t_level", "supported_internship", "dwp")
VENUES = ("site", "provider", "online", "elsewhere")
WHO = {"exempt": "exempt_by_id", "block": "block_allowed_by_id"}
WHEN = {"exempt": "exempt_at", "block": "block_allowed_at"}
CHECKS = {
    "exempt": "exempt_by_somebody_for_a_reason",
    "block": "block_allowed_by_somebody_for_a_reason",
}


def upgrade() -> None:
    with op.batch_alter_table("opportunity") as table:
        table.add_column(sa.Column("activity", sa.Text(), server_default="", nullable=False))
        table.add_column(sa.Column("programme", _enum("programme", PROGRAMMES), nullable=True))
        table.add_column(sa.Column("venue", _enum("venue", VENUES), server_default="elsewhere", nullable=False))
        for what, who in WHO.items():
            table.add_column(sa.Column(f"{what}_reason", sa.Text(), nullable=True))
            table.add_column(sa.Column(who, sa.Integer(), nullable=True))
            table.add_column(sa.Column(WHEN[what], sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE opportunity SET venue = 'online' WHERE mode = 'online'")
    op.execute("UPDATE opportunity SET venue = 'site' WHERE site_id IS NOT NULL")
    with op.batch_alter_table("opportunity") as table:
        for what, who in WHO.items():
            table.create_foreign_key(op.f(f"fk_opportunity_{who}_user"), "user", [who], ["id"], ondelete="RESTRICT")
            table.create_check_constraint(
                op.f(f"ck_opportunity_{CHECKS[what]}"),
                f"({what}_reason IS NULL) = ({who} IS NULL) AND ({what}_reason IS NULL) = ({WHEN[what]} IS NULL)",
            )
        table.create_check_constraint(op.f("ck_opportunity_a_site_is_where_it_is"), "site_id IS NULL OR venue = 'site'")
        table.create_check_constraint(op.f("ck_opportunity_online_is_online"), "venue <> 'online' OR mode = 'online'")
    for who in WHO.values():
        op.create_index(op.f(f"ix_opportunity_{who}"), "opportunity", [who], unique=False)
    _create_child(
        "part",
        sa.Column("part", _enum("part", PARTS), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
    )
    _create_child("year_group", sa.Column("year_group", _enum("yeargroup", YEAR_GROUPS), nullable=False))
    _create_child(
        "sector",
        sa.Column("sector_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sector_id"], ["sector.id"], name=op.f("fk_opportunity_sector_sector_id_sector"), ondelete="RESTRICT"
        ),
    )
    op.create_index(op.f("ix_opportunity_sector_sector_id"), "opportunity_sector", ["sector_id"], unique=False)


def downgrade() -> None:
    for what in ("sector", "year_group", "part"):
        op.drop_table(f"opportunity_{what}")
    for who in WHO.values():
        op.drop_index(op.f(f"ix_opportunity_{who}"), table_name="opportunity")
    with op.batch_alter_table("opportunity") as table:
        for name in ("online_is_online", "a_site_is_where_it_is", *CHECKS.values(), "venue", "programme"):
            table.drop_constraint(op.f(f"ck_opportunity_{name}"), type_="check")
        for what, who in WHO.items():
            table.drop_constraint(op.f(f"fk_opportunity_{who}_user"), type_="foreignkey")
            for column in (WHEN[what], who, f"{what}_reason"):
                table.drop_column(column)
        for column in ("venue", "programme", "activity"):
            table.drop_column(column)


def _enum(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _create_child(what: str, column: sa.Column[object], *more: sa.schema.SchemaItem) -> None:
    """A table of what belongs to an opportunity, each thing once."""
    table = f"opportunity_{what}"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("opportunity_id", sa.Integer(), nullable=False),
        column,
        *more,
        sa.ForeignKeyConstraint(
            ["opportunity_id"],
            ["opportunity.id"],
            name=op.f(f"fk_{table}_opportunity_id_opportunity"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("opportunity_id", column.name, name=f"uq_{table}_pair"),
    )
