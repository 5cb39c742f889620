"""Several contacts and several officers on one interaction, who sought whom, and what came of it.

Down keeps one contact of several, the one with the lowest number, as there was room for one.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

DIRECTION = "direction IN ('outgoing', 'incoming')"
OUTCOME = "outcome IN ('no_answer', 'left_message', 'sent', 'spoke', 'interested', 'agreed', 'not_now', 'no')"


def upgrade() -> None:
    create_pairs("contact")
    create_pairs("user", "officer")
    op.execute(
        "INSERT INTO interaction_contact (interaction_id, contact_id) "
        "SELECT id, contact_id FROM interaction WHERE contact_id IS NOT NULL ORDER BY id"
    )
    op.execute(
        "INSERT INTO interaction_officer (interaction_id, user_id) SELECT id, logged_by_id FROM interaction ORDER BY id"
    )
    with op.batch_alter_table("interaction") as table:
        table.drop_index("ix_interaction_contact_id")
        table.drop_constraint("fk_interaction_contact_id_contact", type_="foreignkey")
        table.drop_column("contact_id")
        table.add_column(sa.Column("direction", sa.String(length=32), nullable=False, server_default="outgoing"))
        table.add_column(sa.Column("outcome", sa.String(length=32), nullable=True))
        table.create_check_constraint(op.f("ck_interaction_direction"), DIRECTION)
        table.create_check_constraint(op.f("ck_interaction_outcome"), OUTCOME)
    with op.batch_alter_table("interaction") as table:
        table.alter_column("direction", existing_type=sa.String(length=32), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("interaction") as table:
        table.drop_constraint(op.f("ck_interaction_direction"), type_="check")
        table.drop_constraint(op.f("ck_interaction_outcome"), type_="check")
        table.drop_column("outcome")
        table.drop_column("direction")
        table.add_column(sa.Column("contact_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_interaction_contact_id_contact"), "contact", ["contact_id"], ["id"], ondelete="RESTRICT"
        )
        table.create_index(op.f("ix_interaction_contact_id"), ["contact_id"], unique=False)
    op.execute(
        "UPDATE interaction SET contact_id = (SELECT MIN(contact_id) FROM interaction_contact "
        "WHERE interaction_contact.interaction_id = interaction.id)"
    )
    op.drop_table("interaction_officer")
    op.drop_table("interaction_contact")


def create_pairs(other: str, called: str = "") -> None:
    """A table that says who took part in an interaction."""
    table, column = f"interaction_{called or other}", f"{other}_id"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("interaction_id", sa.Integer(), nullable=False),
        sa.Column(column, sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["interaction_id"],
            ["interaction.id"],
            name=op.f(f"fk_{table}_interaction_id_interaction"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("interaction_id", column, name=f"uq_{table}_pair"),
    )
    op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)
