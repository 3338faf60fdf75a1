"""Indexes that nobody asks go from rows that change often; events of a subject are found in the order they came in."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Replace them."""
    op.drop_index("ix_command_subject_id", "command")
    op.drop_index("uq_command_coalesce", "command")
    op.create_index(
        "uq_command_coalesce",
        "command",
        ["coalesce"],
        unique=True,
        postgresql_where=sa.text("state = 'queued' AND coalesce IS NOT NULL"),
    )
    op.drop_index("ix_inbox_pending_subject", "inbox_pending")
    op.create_index("ix_inbox_pending_subject", "inbox_pending", ["subject", "event_id"])
