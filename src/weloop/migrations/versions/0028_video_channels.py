"""Channels accounts, and campaigns that take place at one."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Another kind of account, another column."""
    op.drop_constraint("kind", "account", type_="check")
    op.create_check_constraint("kind", "account", "kind IN ('wecom', 'official_account', 'web', 'video_channel')")
    op.add_column("campaign", sa.Column("video_channel_id", sa.BigInteger(), nullable=True))
