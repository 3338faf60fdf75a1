"""What may have gone out is repeated only while its platform knows the repeat."""

from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Also what was unsure before."""
    op.execute(
        """
        UPDATE command SET expires_at = least(expires_at, created_at + interval '23 hours')
        WHERE name = 'SendAccountMass' AND unsure AND state <> 'sent' AND settled_at IS NULL
        """
    )
