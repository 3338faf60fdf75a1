"""Staff tasks; entry keys of journeys in the order of their bytes, whatever the order of the database is."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, and sort the keys."""
    op.alter_column("journey_run", "entry_key", type_=sa.Text(collation="C"))
    op.create_table(
        "staff_task",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("staff", sa.Text(), nullable=False),
        sa.Column("identity_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.Text()),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("outcome IN ('done', 'declined', 'expired', 'withdrawn')", name="ck_staff_task_outcome"),
        sa.PrimaryKeyConstraint("id", name="pk_staff_task"),
        sa.UniqueConstraint("key", name="uq_staff_task_key"),
    )
    is_open = sa.text("outcome IS NULL")
    op.create_index("ix_staff_task_due_at", "staff_task", ["due_at"], postgresql_where=is_open)
    op.create_index("ix_staff_task_staff", "staff_task", ["account_id", "staff", "due_at"], postgresql_where=is_open)
    op.create_index("ix_staff_task_identity_id", "staff_task", ["identity_id"])
