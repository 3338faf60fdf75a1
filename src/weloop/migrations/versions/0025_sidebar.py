"""The chat sidebar: scripts, tickets beside access tokens, and who opened it last."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Tokens get a kind; the table of scripts is made."""
    op.add_column("access_token", sa.Column("kind", sa.Text(), server_default="access", nullable=False))
    op.drop_constraint("pk_access_token", "access_token", type_="primary")
    op.create_primary_key("pk_access_token", "access_token", ["account_id", "kind"])
    op.create_table(
        "script",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), server_default="", nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_script"),
    )
    op.create_index("ix_script_category_name", "script", ["category", "name"])
    op.add_column("account_examination", sa.Column("sidebar_at", MOMENT, nullable=True))
    op.add_column("account_examination", sa.Column("sidebar_by", sa.Text(), nullable=True))
