"""Journeys that were put away."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Note when."""
    op.add_column("journey", sa.Column("archived_at", sa.TIMESTAMP(timezone=True)))
