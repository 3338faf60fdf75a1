"""What is used of the platforms' quotas, what became of messages by day, and of which type official accounts are."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables. Official accounts are service accounts until somebody says otherwise."""
    op.create_table(
        "quota_use",
        sa.Column("quota", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("begin", TIMESTAMP(timezone=True), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("quota", "account_id", "owner", "begin", name="pk_quota_use"),
    )
    op.create_table(
        "message_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("account_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("message_class", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("gate", sa.Text(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", "account_id", "message_class", "outcome", "gate", name="pk_message_day"),
    )
    op.add_column("account", sa.Column("service_type", sa.Text(), nullable=True))
    op.execute("UPDATE account SET service_type = 'service' WHERE kind = 'official_account'")
    op.create_check_constraint("service_type", "account", "service_type IN ('service', 'subscription')")
