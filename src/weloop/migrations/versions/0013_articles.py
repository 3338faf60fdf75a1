"""Articles, their official figures, and how far they were fetched."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables, and let friends be found by their code."""
    _make_articles()
    op.create_table(
        "article_read",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("msgid", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("readers", sa.Integer(), nullable=False),
        sa.Column("fetched_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "msgid", "day", name="pk_article_read"),
    )
    op.create_index("ix_article_read_day", "article_read", ["day"])
    op.create_table(
        "article_feed",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("next_day", sa.Date(), nullable=False),
        sa.Column("pending_key", sa.Text(), nullable=True),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("articles_at", MOMENT, nullable=True),
        sa.Column("failure", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("account_id", name="pk_article_feed"),
    )
    there = sa.text("state IS NOT NULL")
    op.create_index("ix_relation_state", "relation", ["state", "state_at"], postgresql_where=there)


def _make_articles() -> None:
    op.create_table(
        "article",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), server_default="", nullable=False),
        sa.Column("url_key", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("draft_key", sa.Text(), nullable=True),
        sa.Column("publish_key", sa.Text(), nullable=True),
        sa.Column("msgid", sa.Text(), nullable=True),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.Column("campaign_id", sa.BigInteger(), nullable=True),
        sa.Column("gone", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.CheckConstraint("kind IN ('draft', 'published', 'linked')", name="kind"),
        sa.PrimaryKeyConstraint("id", name="pk_article"),
    )
    for name in ("draft_key", "publish_key", "msgid"):
        op.create_index(f"uq_article_{name}", "article", ["account_id", name], unique=True)
    for name in ("url_key", "campaign_id"):
        op.create_index(f"ix_article_{name}", "article", [name])
