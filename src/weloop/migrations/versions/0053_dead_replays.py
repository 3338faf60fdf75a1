"""A replay that died is told from an event that was never handled."""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What is dead now has never been handled, as far as is known."""
    op.add_column("inbox_dead", sa.Column("owed", sa.Boolean, nullable=False, server_default="true"))
    op.alter_column("inbox_dead", "owed", server_default=None)
