"""Consent: the ledger, sign-ups, sales talks, rules of contact; what policy says of messages, and queues of senders."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

MOMENT = postgresql.TIMESTAMP(timezone=True)


def upgrade() -> None:
    """Add tables and columns."""
    _make_ledger()
    op.create_table(
        "sign_up",
        sa.Column("identity_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("identity_id", "campaign_id", name="pk_sign_up"),
    )
    op.create_table(
        "sales_talk",
        sa.Column("identity_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("spoke_at", MOMENT, nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("identity_id", name="pk_sales_talk"),
    )
    op.create_table(
        "contact_rules",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("changed", postgresql.JSONB(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("updated_by", sa.Integer(), nullable=True),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.CheckConstraint("id = 1", name="ck_contact_rules_single"),
        sa.PrimaryKeyConstraint("id", name="pk_contact_rules"),
    )
    op.add_column("command", sa.Column("queue", sa.Text(), server_default="", nullable=False))
    op.add_column("command", sa.Column("occasion", postgresql.JSONB(none_as_null=True), nullable=True))
    op.add_column("command", sa.Column("message_class", sa.Text(), nullable=True))
    op.add_column("command", sa.Column("campaign_id", sa.BigInteger(), nullable=True))
    op.add_column("command", sa.Column("counted_at", MOMENT, nullable=True))
    op.add_column("command", sa.Column("gates", sa.Text(), nullable=True))
    for name, columns, where in (
        ("ix_command_counted", ["subject_id", "counted_at"], "counted_at IS NOT NULL"),
        ("ix_command_bulk", ["queue", "due", "id"], "state = 'queued' AND lane = 2"),
        ("ix_command_refused", ["finished_at"], "state = 'refused'"),
        ("ix_command_deferred", ["due"], "state = 'queued' AND gates IS NOT NULL"),
    ):
        op.create_index(name, "command", columns, postgresql_where=sa.text(where))


def _make_ledger() -> None:
    op.create_table(
        "consent_entry",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("identity_id", sa.BigInteger(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("event_id", sa.BigInteger(), nullable=True),
        sa.Column("word", sa.Text(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "act IN ('opted_out', 'opted_in', 'complaint_opened', 'complaint_closed')", name="ck_consent_entry_act"
        ),
        sa.CheckConstraint("(event_id IS NULL) <> (user_id IS NULL)", name="ck_consent_entry_evidence"),
        sa.PrimaryKeyConstraint("id", name="pk_consent_entry"),
    )
    op.create_index("ix_consent_entry_identity_id", "consent_entry", ["identity_id"])
    op.create_index(
        "uq_consent_entry_event",
        "consent_entry",
        ["identity_id", "event_id"],
        unique=True,
        postgresql_where=sa.text("event_id IS NOT NULL"),
    )
