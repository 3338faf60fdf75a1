"""When a job of 群发 was handed in, and how it ended where the platform had to be asked."""

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the columns. Of jobs that were handed in before it is known when they were made."""
    op.add_column("broadcast_job", sa.Column("handed_at", sa.TIMESTAMP(timezone=True), nullable=True))
    op.add_column("broadcast_job", sa.Column("told", sa.Text, nullable=True))
    op.create_check_constraint("told", "broadcast_job", "told IN ('sent', 'failed', 'deleted')")
    op.execute("UPDATE broadcast_job SET handed_at = at WHERE state = 'handed_in'")
