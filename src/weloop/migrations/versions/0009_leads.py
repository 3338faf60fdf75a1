"""Duties of members, leads, and what happens at moments of the world."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "staff_duty",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("userid", sa.Text(), nullable=False),
        sa.Column("week", postgresql.JSONB(), nullable=True),
        sa.Column("weight", sa.Integer(), server_default="1", nullable=False),
        sa.Column("daily_cap", sa.Integer(), nullable=True),
        sa.Column("backup", sa.Text(), nullable=True),
        sa.Column("is_leader", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("away_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("friend_limit", sa.Integer(), nullable=True),
        sa.Column("friends", sa.Integer(), nullable=True),
        sa.Column("friends_added", sa.Integer(), server_default="0", nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("account_id", "userid", name="pk_staff_duty"),
    )
    op.create_table(
        "special_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_special_day"),
    )
    op.create_table(
        "lead",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("identity_id", sa.BigInteger(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("origin_key", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="", nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stage_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mql_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sql_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("staff", sa.Text(), nullable=True),
        sa.Column("is_friend", sa.Boolean(), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("assigned_by", sa.Text(), nullable=True),
        sa.Column("moves", sa.Integer(), server_default="0", nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("contacted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("contact_seconds", sa.DOUBLE_PRECISION(), nullable=True),
        sa.Column("expired", sa.Text(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_what", sa.Text(), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("need", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("role", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("time", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("budget", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("profile", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("fit", sa.DOUBLE_PRECISION(), server_default="0", nullable=False),
        sa.Column("engagement", sa.DOUBLE_PRECISION(), server_default="0", nullable=False),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("due_what IN ('release', 'accept', 'contact', 'return')", name="ck_lead_due_what"),
        sa.CheckConstraint("origin IN ('contact', 'form', 'import', 'manual')", name="ck_lead_origin"),
        sa.CheckConstraint(
            "stage IN ('lead', 'mql', 'accepted', 'sql', 'opportunity', 'won', 'lost')", name="ck_lead_stage"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_lead"),
    )
    op.create_index("ix_lead_created_at", "lead", ["created_at", "id"])
    op.create_index("ix_lead_due_at", "lead", ["due_at"], postgresql_where=sa.text("due_at IS NOT NULL"))
    op.create_index("ix_lead_person_id", "lead", ["person_id"])
    op.create_index("ix_lead_staff", "lead", ["account_id", "staff", "assigned_at"])
    op.create_index("ix_lead_state", "lead", ["state"])
    op.create_index(
        "uq_lead_open_person", "lead", ["person_id"], unique=True, postgresql_where=sa.text("closed_at IS NULL")
    )
    op.create_index("uq_lead_origin_key", "lead", ["origin_key"], unique=True)
    op.create_table(
        "lead_note",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("lead_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff", sa.Text(), nullable=True),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name="fk_lead_note_lead_id_lead", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_lead_note"),
    )
    op.create_index("ix_lead_note_lead_id", "lead_note", ["lead_id", "id"])
    op.create_table(
        "lead_task",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("lead_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('follow_up', 'add_friend')", name="ck_lead_task_kind"),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name="fk_lead_task_lead_id_lead", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_lead_task"),
    )
    op.create_index(
        "uq_lead_task_open", "lead_task", ["lead_id", "kind"], unique=True, postgresql_where=sa.text("done_at IS NULL")
    )
    op.create_table(
        "timetable",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("next_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_timetable"),
    )
