"""Changes of journeys' counts: those that a run makes on its way as one text."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Write what waits in the new form."""
    op.add_column("journey_count_delta", sa.Column("ways", postgresql.ARRAY(sa.Text())))
    op.execute(
        """
        UPDATE journey_count_delta SET ways = ARRAY (
            SELECT node || ':' || what FROM unnest(nodes, whats) WITH ORDINALITY AS u (node, what, place) ORDER BY place
        )
        """
    )
    op.alter_column("journey_count_delta", "ways", nullable=False)
    op.drop_column("journey_count_delta", "nodes")
    op.drop_column("journey_count_delta", "whats")
