"""Of followers whom a list of 群发 goes to, the class it was let go as: it counts against caps."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, and the index by which it is found."""
    op.add_column("broadcast_recipient", sa.Column("message_class", sa.Text(), nullable=True))
    op.create_index(
        "ix_broadcast_recipient_counted",
        "broadcast_recipient",
        ["identity_id"],
        postgresql_where=sa.text("message_class IS NOT NULL"),
    )
