"""Examinations of accounts, and what reached their callback addresses."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "account_examination",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("examined_at", MOMENT, nullable=True),
        sa.Column("findings", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("egress_address", sa.Text(), nullable=True),
        sa.Column("egress_before", sa.Text(), nullable=True),
        sa.Column("received_at", MOMENT, nullable=True),
        sa.Column("verified_at", MOMENT, nullable=True),
        sa.Column("refused_at", MOMENT, nullable=True),
        sa.Column("refused_status", sa.Integer(), nullable=True),
        sa.Column("watched_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("account_id", name="pk_account_examination"),
    )
