"""State codes with their campaigns and articles, and accounts that are websites."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; the contact ways there are become its first rows."""
    op.create_table(
        "state_code",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("campaign_id", sa.BigInteger(), nullable=True),
        sa.Column("article_id", sa.BigInteger(), nullable=True),
        sa.Column("mechanism", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('contact_way', 'scene_qr', 'join_way', 'short_link', 'form')", name="kind"),
        sa.PrimaryKeyConstraint("code", name="pk_state_code"),
    )
    op.create_index("ix_state_code_campaign_id", "state_code", ["campaign_id"])
    op.create_index("ix_state_code_article_id", "state_code", ["article_id"])
    op.execute(
        "INSERT INTO state_code (code, kind, name, account_id, created_at)"
        " SELECT state_code, 'contact_way', name, account_id, created_at FROM source"
    )
    # Alembic put the convention's prefix before a name that had it already.
    op.execute("ALTER TABLE account DROP CONSTRAINT ck_account_ck_account_kind")
    op.execute(
        "ALTER TABLE account ADD CONSTRAINT ck_account_kind CHECK (kind IN ('wecom', 'official_account', 'web'))"
    )
