"""Until when a list that came back from the outbox is kept, however often it does, and why it waits."""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """None has come back yet."""
    op.add_column("broadcast", sa.Column("keep_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("broadcast", sa.Column("waits", sa.Text, nullable=False, server_default=""))
