"""Counting who became a friend in a stretch of time."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    op.create_index("ix_relation_added_at", "relation", ["added_at"])
