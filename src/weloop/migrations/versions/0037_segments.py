"""Segments, and the index of the log by kind and time, by which their rules count."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import DOUBLE_PRECISION, JSONB, TIMESTAMP

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

MOMENT = TIMESTAMP(timezone=True)
QUEUE = {"autovacuum_vacuum_scale_factor": 0.05, "autovacuum_vacuum_cost_delay": 0}


def upgrade() -> None:
    """Make the tables and the index."""
    _make_segments()
    _make_members()
    _make_queues()
    op.create_index("ix_event_kind", "event", ["kind", "occurred_at"], postgresql_include=["identity_id"])


def _make_segments() -> None:
    op.create_table(
        "segment",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("rule", JSONB, nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("timed", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("size", sa.Integer(), server_default="0", nullable=False),
        sa.Column("refresh_at", MOMENT, nullable=False),
        sa.Column("refreshed_at", MOMENT, nullable=True),
        sa.Column("refresh_seconds", DOUBLE_PRECISION, nullable=True),
        sa.Column("drift", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("archived_at", MOMENT, nullable=True),
        sa.CheckConstraint("state IN ('filling', 'ready', 'failed')", name="ck_segment_state"),
        sa.PrimaryKeyConstraint("id", name="pk_segment"),
    )
    op.create_index("ix_segment_refresh_at", "segment", ["refresh_at"], postgresql_where=sa.text("archived_at IS NULL"))
    op.create_table(
        "segment_mark",
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("segment_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("mark", "segment_id", name="pk_segment_mark"),
    )
    op.create_index("ix_segment_mark_segment_id", "segment_mark", ["segment_id"])


def _make_members() -> None:
    op.create_table(
        "segment_member",
        sa.Column("segment_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("identity_id", sa.BigInteger(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("segment_id", "person_id", name="pk_segment_member"),
    )
    op.create_index("ix_segment_member_person_id", "segment_member", ["person_id"])


def _make_queues() -> None:
    op.create_table(
        "segment_touch",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("identity_id", sa.BigInteger(), nullable=True),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_segment_touch"),
        postgresql_with=QUEUE,
    )
    op.create_table(
        "segment_change",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("segment_id", sa.Integer(), nullable=False),
        sa.Column("identity_id", sa.BigInteger(), nullable=False),
        sa.Column("entered", sa.Boolean(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_segment_change"),
        postgresql_with=QUEUE,
    )
