"""Posts in Moments and their members; what members were asked to post is found by its account."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables and the index."""
    op.create_table(
        "moment",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("attachments", postgresql.JSONB(), nullable=False),
        sa.Column("members", postgresql.JSONB(), nullable=False),
        sa.Column("tags", postgresql.JSONB(), nullable=False),
        sa.Column("planned_at", AT, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("jobid", sa.Text(), server_default="", nullable=False),
        sa.Column("platform_id", sa.Text(), server_default="", nullable=False),
        sa.Column("looks", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failure", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        sa.Column("updated_at", AT, nullable=False),
        sa.Column("planned_by", sa.BigInteger(), nullable=True),
        sa.Column("asked_at", AT, nullable=True),
        sa.Column("cancelled_at", AT, nullable=True),
        sa.Column("ended_at", AT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_moment"),
        sa.CheckConstraint("kind IN ('ad', 'persona', 'value', 'proof', 'interaction')", name="kind"),
        sa.CheckConstraint(
            "state IN ('draft', 'planned', 'asked', 'done', 'cancelled', 'failed', 'uncertain')", name="state"
        ),
    )
    op.create_table(
        "moment_member",
        sa.Column("moment_id", sa.BigInteger(), nullable=False),
        sa.Column("staff", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("visible", sa.Integer(), nullable=True),
        sa.Column("likes", sa.Integer(), nullable=True),
        sa.Column("comments", sa.Integer(), nullable=True),
        sa.Column("seen_at", AT, nullable=True),
        sa.PrimaryKeyConstraint("moment_id", "staff", name="pk_moment_member"),
        sa.ForeignKeyConstraint(
            ["moment_id"], ["moment.id"], name="fk_moment_member_moment_id_moment", ondelete="CASCADE"
        ),
        sa.CheckConstraint("state IN ('asked', 'published', 'invalid')", name="state"),
    )
    op.create_index(
        "ix_command_moment",
        "command",
        ["account_id", "counted_at"],
        postgresql_where=sa.text("name = 'CreateMomentTask' AND counted_at IS NOT NULL"),
    )
