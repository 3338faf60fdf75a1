"""Up to when members of segments were followed whose periods run out."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns. The next refresh of each segment says whether it can be followed."""
    for name in ("followed_at", "follow_at"):
        op.add_column("segment", sa.Column(name, TIMESTAMP(timezone=True), nullable=True))
