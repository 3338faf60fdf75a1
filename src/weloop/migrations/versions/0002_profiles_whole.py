"""Which event told the profile of an identity, apart from the one that last asked for it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the moment and the event; what was found so far was told when it was fetched."""
    op.add_column("identity", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("identity", sa.Column("told_event", sa.BigInteger(), nullable=True))
    op.execute("UPDATE identity SET told_at = fetched_at, told_event = fetched_event WHERE found")
