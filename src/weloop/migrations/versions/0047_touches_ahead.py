"""Touches of segments by what is told before it happens wait until it does."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("segment_touch", sa.Column("due", TIMESTAMP(timezone=True), nullable=True))
    op.create_index("ix_segment_touch_due", "segment_touch", ["due"], postgresql_where=sa.text("due IS NOT NULL"))
