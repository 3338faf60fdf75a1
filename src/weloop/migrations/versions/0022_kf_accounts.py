"""Customer-service accounts, and who made the first contact of a lead."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, add the column."""
    op.create_table(
        "kf_account",
        sa.Column("open_kfid", sa.Text(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("cursor", sa.Text(), server_default="", nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("errcode", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("open_kfid", name="pk_kf_account"),
    )
    op.add_column("lead", sa.Column("contacted_by", sa.Text(), nullable=True))
