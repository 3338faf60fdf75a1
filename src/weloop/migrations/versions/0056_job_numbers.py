"""The number of the last job of a broadcast: none is given twice."""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the column. Which numbers were taken by jobs that are gone is not known: it goes on well above them."""
    op.add_column("broadcast", sa.Column("last_job", sa.Integer, nullable=False, server_default="0"))
    op.execute(
        """
        UPDATE broadcast SET last_job = 100 + (
            SELECT coalesce(max(n), 0) FROM broadcast_job WHERE broadcast_id = broadcast.id
        ) WHERE kind = 'account_mass' AND started_at IS NOT NULL
        """
    )
