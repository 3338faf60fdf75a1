"""Broadcasts, and mass messages that members confirm."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "mass_content",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("attachments", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_mass_content"),
        sa.UniqueConstraint("digest", name="uq_mass_content_digest"),
    )
    op.create_table(
        "mass_wish",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("staff", sa.Text(), nullable=False),
        sa.Column("identity_id", sa.BigInteger(), nullable=False),
        sa.Column("external_userid", sa.Text(), nullable=False),
        sa.Column("content_id", sa.BigInteger(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("due", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("task_id", sa.BigInteger(), nullable=True),
        sa.Column("asked_at", MOMENT, nullable=True),
        sa.Column("campaign_id", sa.BigInteger(), nullable=True),
        sa.Column("advert", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("message_class", sa.Text(), nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'asked', 'sent', 'failed', 'uncertain')", name="state"),
        sa.PrimaryKeyConstraint("id", name="pk_mass_wish"),
        sa.UniqueConstraint("key", name="uq_mass_wish_key"),
    )
    op.create_index("ix_mass_wish_identity_id", "mass_wish", ["identity_id", "asked_at"])
    op.create_index("ix_mass_wish_origin", "mass_wish", ["origin", "state"])
    op.create_index("ix_mass_wish_task_id", "mass_wish", ["task_id", "identity_id"])
    op.create_index(
        "ix_mass_wish_waiting",
        "mass_wish",
        ["account_id", "staff", "content_id", "due"],
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "mass_task",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("staff", sa.Text(), nullable=False),
        sa.Column("content_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("customers", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("msgid", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("asked_at", MOMENT, nullable=True),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("look_at", MOMENT, nullable=True),
        sa.Column("looks", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "failure",
            postgresql.JSONB(
                none_as_null=True,
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            "state IN ('creating', 'open', 'done', 'lapsed', 'cancelled', 'failed', 'uncertain')", name="state"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_mass_task"),
    )
    op.create_index("ix_mass_task_day", "mass_task", ["day"])
    op.create_index("ix_mass_task_look_at", "mass_task", ["look_at"], postgresql_where=sa.text("look_at IS NOT NULL"))
    op.create_index("ix_mass_task_member", "mass_task", ["account_id", "staff", "day"])
    op.create_table(
        "mass_queue",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("staff", sa.Text(), nullable=False),
        sa.Column("due", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "staff", name="pk_mass_queue"),
    )
    op.create_index("ix_mass_queue_due", "mass_queue", ["due"])
    op.create_table(
        "broadcast",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=True),
        sa.Column("audience", postgresql.JSONB(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("advert", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("holdout", sa.Integer(), server_default="0", nullable=False),
        sa.Column("start_at", MOMENT, nullable=True),
        sa.Column("per_minute", sa.Integer(), nullable=True),
        sa.Column("needs_approval", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("stopped_from", sa.Text(), server_default="", nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=True),
        sa.Column("next_at", MOMENT, nullable=True),
        sa.Column(
            "failure",
            postgresql.JSONB(
                none_as_null=True,
            ),
            nullable=True,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("confirmed_by", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("approved_by", sa.BigInteger(), nullable=True),
        sa.Column("approved_at", MOMENT, nullable=True),
        sa.Column("started_at", MOMENT, nullable=True),
        sa.Column("frozen_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint("kind IN ('mass_task', 'service', 'account_mass')", name="kind"),
        sa.CheckConstraint(
            "state IN ('draft', 'pending', 'scheduled', 'freezing', 'sending', 'done', 'stopping', 'stopped', 'ended',"
            " 'failed')",
            name="state",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_broadcast"),
    )
    op.create_index("ix_broadcast_next_at", "broadcast", ["next_at"], postgresql_where=sa.text("next_at IS NOT NULL"))
    op.create_table(
        "broadcast_recipient",
        sa.Column("broadcast_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("identity_id", sa.BigInteger(), nullable=True),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("staff", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "state IN ('held', 'skipped', 'waiting', 'queued', 'asked', 'sent', 'failed', 'uncertain')", name="state"
        ),
        sa.ForeignKeyConstraint(
            ["broadcast_id"], ["broadcast.id"], name="fk_broadcast_recipient_broadcast_id_broadcast", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("broadcast_id", "person_id", name="pk_broadcast_recipient"),
    )
    op.create_index(
        "ix_broadcast_recipient_state", "broadcast_recipient", ["broadcast_id", "state", "staff", "person_id"]
    )
    op.create_table(
        "broadcast_job",
        sa.Column("broadcast_id", sa.BigInteger(), nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("to_all", sa.Boolean(), nullable=False),
        sa.Column("persons", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("msg_id", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "failure",
            postgresql.JSONB(
                none_as_null=True,
            ),
            nullable=True,
        ),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint("state IN ('sending', 'handed_in', 'failed', 'uncertain')", name="state"),
        sa.ForeignKeyConstraint(
            ["broadcast_id"], ["broadcast.id"], name="fk_broadcast_job_broadcast_id_broadcast", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("broadcast_id", "n", name="pk_broadcast_job"),
    )
    op.create_index("ix_broadcast_job_at", "broadcast_job", ["account_id", "at"])
    op.create_index("ix_broadcast_job_msg_id", "broadcast_job", ["account_id", "msg_id"])
    op.create_table(
        "broadcast_job_result",
        sa.Column("account_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("msg_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("chosen", sa.BigInteger(), nullable=False),
        sa.Column("sent", sa.BigInteger(), nullable=False),
        sa.Column("failed", sa.BigInteger(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "msg_id", name="pk_broadcast_job_result"),
    )
