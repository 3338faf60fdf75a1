"""When the members of a segment come into a journey by its schedule."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "journey_schedule",
        sa.Column("journey_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("schedule", JSONB, nullable=False),
        sa.Column("moment", TIMESTAMP(timezone=True), nullable=True),
        sa.Column("due", TIMESTAMP(timezone=True), nullable=True),
        sa.Column("after", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("journey_id", name="pk_journey_schedule"),
    )
