"""Group chats, their members and join ways."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    _make_chats()
    _make_members()
    _make_join_ways()


def _make_chats() -> None:
    op.create_table(
        "group_chat",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("chat_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("owner", sa.Text(), server_default="", nullable=False),
        sa.Column("staff", sa.Integer(), server_default="0", nullable=False),
        sa.Column("version", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", MOMENT, nullable=True),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.Column("fetched_at", MOMENT, nullable=True),
        sa.Column("heard_event", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("charter_kind", sa.Text(), nullable=True),
        sa.Column("charter_purpose", sa.Text(), server_default="", nullable=False),
        sa.Column("charter_owner", sa.Text(), server_default="", nullable=False),
        sa.Column("charter_ends_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "state IN ('unread', 'normal', 'owner_left', 'inheriting', 'inherited', 'dismissed')", name="state"
        ),
        sa.CheckConstraint("charter_kind IN ('functional', 'communication')", name="charter_kind"),
        sa.PrimaryKeyConstraint("id", name="pk_group_chat"),
        sa.UniqueConstraint("chat_id", name="uq_group_chat_chat_id"),
    )
    op.create_index("ix_group_chat_account_id", "group_chat", ["account_id"])


def _make_members() -> None:
    op.create_table(
        "group_member",
        sa.Column("chat_id", sa.Text(), nullable=False),
        sa.Column("identity_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("joined_at", MOMENT, nullable=False),
        sa.Column("left_at", MOMENT, nullable=True),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("join_scene", sa.SmallInteger(), nullable=True),
        sa.Column("invitor", sa.Text(), server_default="", nullable=False),
        sa.Column("quit_scene", sa.SmallInteger(), nullable=True),
        sa.PrimaryKeyConstraint("chat_id", "identity_id", "joined_at", name="pk_group_member"),
    )
    op.create_index("ix_group_member_identity_id", "group_member", ["identity_id"])
    op.create_index("ix_group_member_state", "group_member", ["state"], postgresql_where=sa.text("state <> ''"))
    op.create_table(
        "group_quit",
        sa.Column("chat_id", sa.Text(), nullable=False),
        sa.Column("identity_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("scene", sa.SmallInteger(), nullable=True),
        sa.PrimaryKeyConstraint("chat_id", "identity_id", "at", name="pk_group_quit"),
    )


def _make_join_ways() -> None:
    op.create_table(
        "join_way",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("state_code", sa.Text(), nullable=False),
        sa.Column("chats", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("auto_create", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("base_name", sa.Text(), server_default="", nullable=False),
        sa.Column("base_id", sa.Integer(), server_default="1", nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("failure", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("config_id", sa.Text(), nullable=True),
        sa.Column("qr_code", sa.Text(), nullable=True),
        sa.Column("file_id", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("pending_key", sa.Text(), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.CheckConstraint("status IN ('creating', 'ready', 'failed', 'deleting', 'deleted')", name="status"),
        sa.PrimaryKeyConstraint("id", name="pk_join_way"),
        sa.UniqueConstraint("state_code", name="uq_join_way_state_code"),
    )
    op.create_index("ix_join_way_status_id", "join_way", ["status", "id"])
