"""Each answer names the version of the statement that it was given on."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

KEY = "fk_pledge_answer_statement_id_pledge_statement"


def upgrade() -> None:
    with op.batch_alter_table("pledge_answer") as table:
        table.add_column(sa.Column("statement_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f(KEY), "pledge_statement", ["statement_id"], ["id"], ondelete="RESTRICT")
        table.create_index(op.f("ix_pledge_answer_statement_id"), ["statement_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("pledge_answer") as table:
        table.drop_index(op.f("ix_pledge_answer_statement_id"))
        table.drop_constraint(op.f(KEY), type_="foreignkey")
        table.drop_column("statement_id")
