"""Which meeting an e-mail planned, moved or called off."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("mail") as table:
        table.add_column(sa.Column("planned_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_mail_planned_id_planned_interaction"),
            "planned_interaction",
            ["planned_id"],
            ["id"],
            ondelete="RESTRICT",
        )
        table.create_index(op.f("ix_mail_planned_id"), ["planned_id"])


def downgrade() -> None:
    with op.batch_alter_table("mail") as table:
        table.drop_index(op.f("ix_mail_planned_id"))
        table.drop_constraint(op.f("fk_mail_planned_id_planned_interaction"), type_="foreignkey")
        table.drop_column("planned_id")
