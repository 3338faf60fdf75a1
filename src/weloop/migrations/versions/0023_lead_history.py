"""What imported files tell of former times; of earlier imports that somebody was in them."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "lead_history",
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("identity_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("entered_on", sa.Date(), nullable=True),
        sa.Column("reached", sa.Text(), nullable=True),
        sa.Column("amount", sa.Numeric(14, 2), nullable=True),
        sa.Column("won_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("import_id", "number", name="pk_lead_history"),
    )
    op.execute(
        """
        INSERT INTO lead_history (import_id, number, identity_id, state, source)
        SELECT r.import_id, r.number, r.identity_id, '', ''
        FROM people_import_row AS r JOIN people_import AS i ON i.id = r.import_id WHERE i.state IN ('running', 'done')
        """
    )
