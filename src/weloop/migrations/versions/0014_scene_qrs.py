"""Scene codes of official accounts, what they brought, and what is answered to new followers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
COUNTS = ("followed", "scanned", "reply_sent", "reply_failed")


def upgrade() -> None:
    """Make the tables."""
    _make_scene_qr()
    op.create_table(
        "scene_touch",
        sa.Column("event_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("scene_qr_id", sa.BigInteger(), nullable=False),
        sa.Column("identity_id", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.CheckConstraint("what IN ('followed', 'scanned', 'reply_sent', 'reply_failed')", name="what"),
        sa.ForeignKeyConstraint(
            ["scene_qr_id"], ["scene_qr.id"], name="fk_scene_touch_scene_qr_id_scene_qr", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("event_id", name="pk_scene_touch"),
    )
    op.create_index("ix_scene_touch_scene_qr_id", "scene_touch", ["scene_qr_id"])
    op.create_table(
        "scene_day",
        sa.Column("scene_qr_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Integer(), server_default="0", nullable=False) for name in COUNTS),
        sa.ForeignKeyConstraint(
            ["scene_qr_id"], ["scene_qr.id"], name="fk_scene_day_scene_qr_id_scene_qr", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("scene_qr_id", "day", name="pk_scene_day"),
    )
    op.create_table(
        "follow_reply",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("account_id", name="pk_follow_reply"),
    )


def _make_scene_qr() -> None:
    op.create_table(
        "scene_qr",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("state_code", sa.Text(), nullable=False),
        sa.Column("permanent", sa.Boolean(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("reply", sa.Text(), server_default="", nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("failure", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("pending_key", sa.Text(), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.CheckConstraint("status IN ('creating', 'ready', 'failed', 'deleted')", name="status"),
        sa.PrimaryKeyConstraint("id", name="pk_scene_qr"),
        sa.UniqueConstraint("state_code", name="uq_scene_qr_state_code"),
    )
    op.create_index("ix_scene_qr_status_id", "scene_qr", ["status", "id"])
