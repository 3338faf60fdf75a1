"""Members whom a source leaves out because they have no room for more customers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody is left out yet."""
    op.add_column(
        "source", sa.Column("spared", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False)
    )
