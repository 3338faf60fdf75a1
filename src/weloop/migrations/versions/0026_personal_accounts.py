"""Personal WeChat accounts of members, and the counts of friends that somebody typed."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "personal_account",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("wechat_id", sa.Text(), server_default="", nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("userid", sa.Text(), nullable=True),
        sa.Column("friend_limit", sa.Integer(), nullable=True),
        sa.Column("archived_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_personal_account"),
    )
    op.create_index(
        "uq_personal_account_wechat_id",
        "personal_account",
        [sa.text("lower(wechat_id)")],
        unique=True,
        postgresql_where=sa.text("wechat_id <> '' AND archived_at IS NULL"),
    )
    op.create_table(
        "personal_count",
        sa.Column("personal_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("friends", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["personal_id"],
            ["personal_account.id"],
            name="fk_personal_count_personal_id_personal_account",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("personal_id", "day", name="pk_personal_count"),
    )
