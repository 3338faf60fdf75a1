"""Windows for customer-service messages, what uses them up, and messages that operators wrote."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "message_window",
        sa.Column("identity_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.CheckConstraint("what IN ('message', 'event', 'left')", name="what"),
        sa.PrimaryKeyConstraint("identity_id", "what", name="pk_message_window"),
    )
    op.create_table(
        "message_use",
        sa.Column("event_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("identity_id", sa.BigInteger(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("event_id", name="pk_message_use"),
    )
    op.create_index("ix_message_use_identity_id_at", "message_use", ["identity_id", "at"])
    op.create_table(
        "service_message",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("identity_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("failure", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("state IN ('sending', 'sent', 'failed')", name="state"),
        sa.PrimaryKeyConstraint("key", name="pk_service_message"),
    )
    op.create_index("ix_service_message_identity_id_created_at", "service_message", ["identity_id", "created_at"])
