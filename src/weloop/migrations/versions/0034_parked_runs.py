"""Parked runs of all journeys are found at once."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Index them; there are few."""
    op.create_index("ix_journey_position_parked", "journey_position", ["run_id"], postgresql_where=sa.text("hold = 2"))
