"""The rest of a post in Moments that was divided is a post of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    op.add_column("moment", sa.Column("part_of", sa.BigInteger(), nullable=True))
    op.add_column("moment", sa.Column("part", sa.Integer(), server_default="0", nullable=False))
    op.create_foreign_key("fk_moment_part_of_moment", "moment", "moment", ["part_of"], ["id"])
    op.create_unique_constraint("uq_moment_part_of_part", "moment", ["part_of", "part"])
