"""What members are asked first when their day is full."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("broadcast", sa.Column("priority", sa.Text(), server_default="normal", nullable=False))
    op.create_check_constraint("priority", "broadcast", "priority IN ('high', 'normal', 'low')")
