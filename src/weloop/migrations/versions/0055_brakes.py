"""Troubles in figures, and that somebody ended one early."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the columns, and the index by which complaints are counted."""
    op.add_column("account_trouble", sa.Column("lately", sa.Integer, nullable=False, server_default="0"))
    op.add_column("account_trouble", sa.Column("usual", sa.Float, nullable=False, server_default="0"))
    op.add_column("account_trouble", sa.Column("off_until", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_consent_entry_complaint", "consent_entry", ["at"], postgresql_where=sa.text("act = 'complaint_opened'")
    )
