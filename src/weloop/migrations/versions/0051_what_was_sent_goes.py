"""What was sent goes some time after its end; a replay is told from what was never handled."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What waits now has never been handled."""
    op.add_column("inbox_pending", sa.Column("owed", sa.Boolean, nullable=False, server_default="true"))
    op.alter_column("inbox_pending", "owed", server_default="false")
    op.create_table(
        "service_count",
        sa.Column("identity_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("campaign_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer, nullable=False),
        sa.Column("last_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("identity_id", "campaign_id", name="pk_service_count"),
    )
    op.create_table(
        "mass_task_sum",
        sa.Column("task_id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("customers", sa.Integer, nullable=False),
        sa.Column("sent", sa.Integer, nullable=False),
        sa.Column("failed", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("task_id", "origin", name="pk_mass_task_sum"),
    )
    op.add_column("broadcast", sa.Column("removed_at", postgresql.TIMESTAMP(timezone=True)))
    op.add_column("broadcast", sa.Column("final_counts", postgresql.JSONB))
