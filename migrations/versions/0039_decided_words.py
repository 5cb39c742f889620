"""Which officer decided between the employer's number and the register's."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("employer_word") as table:
        table.add_column(sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("settled_by_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_employer_word_settled_by_id_user"), "user", ["settled_by_id"], ["id"], ondelete="RESTRICT"
        )
        table.create_check_constraint(
            op.f("ck_employer_word_settled_by_somebody"), "(settled_at IS NULL) = (settled_by_id IS NULL)"
        )
    op.create_index(op.f("ix_employer_word_settled_by_id"), "employer_word", ["settled_by_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_employer_word_settled_by_id"), table_name="employer_word")
    with op.batch_alter_table("employer_word") as table:
        table.drop_constraint(op.f("ck_employer_word_settled_by_somebody"), type_="check")
        table.drop_constraint(op.f("fk_employer_word_settled_by_id_user"), type_="foreignkey")
        table.drop_column("settled_by_id")
        table.drop_column("settled_at")
