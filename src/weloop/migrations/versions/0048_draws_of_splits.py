"""Whom a split drew for already, where somebody may come through it more than once."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "journey_draw",
        sa.Column("unit", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("version_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("node", sa.SmallInteger, primary_key=True, autoincrement=False),
    )
