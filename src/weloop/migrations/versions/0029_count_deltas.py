"""Changes of journeys' counts: one row for each transaction."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Fold what is there, and make the table anew."""
    op.execute(
        """
        INSERT INTO journey_count AS c (version_id, node, what, day, n)
        SELECT version_id, node, what, day, sum(n) FROM journey_count_delta GROUP BY 1, 2, 3, 4
        ON CONFLICT (version_id, node, what, day) DO UPDATE SET n = c.n + excluded.n
        """
    )
    op.drop_table("journey_count_delta")
    op.create_table(
        "journey_count_delta",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("journeys", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("versions", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("nodes", postgresql.ARRAY(sa.SmallInteger()), nullable=False),
        sa.Column("whats", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("ns", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_journey_count_delta"),
    )
