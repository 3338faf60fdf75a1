"""Imports of persons and leads: files, their rows, what came in."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
STATES = "('draft', 'checking', 'checked', 'running', 'done', 'undoing', 'undone')"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "people_import",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("encoding", sa.Text(), nullable=False),
        sa.Column("sheet", sa.Text(), nullable=False),
        sa.Column("columns", postgresql.JSONB(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("batches", sa.Integer(), nullable=False),
        sa.Column("fields", postgresql.JSONB(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("placement", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), server_default="0", nullable=False),
        sa.Column("expected", sa.Integer(), server_default="0", nullable=False),
        sa.Column("counts", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("started_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("undone_at", MOMENT, nullable=True),
        sa.Column("forgotten_at", MOMENT, nullable=True),
        sa.CheckConstraint(f"state IN {STATES}", name="state"),
        sa.CheckConstraint("placement IN ('none', 'pool', 'assign')", name="placement"),
        sa.PrimaryKeyConstraint("id", name="pk_people_import"),
    )
    op.create_index("ix_people_import_sha256", "people_import", ["sha256"])
    op.create_table(
        "people_import_batch",
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("faults", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["people_import.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("import_id", "number", name="pk_people_import_batch"),
    )
    op.create_table(
        "people_import_row",
        sa.Column("import_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("identity_id", sa.BigInteger(), nullable=False),
        sa.Column("identities", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("lead_id", sa.BigInteger(), nullable=True),
        sa.Column("no_lead", sa.Text(), nullable=True),
        sa.Column("kept", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["import_id"], ["people_import.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("import_id", "number", name="pk_people_import_row"),
    )
    op.create_index("ix_people_import_row_lead_id", "people_import_row", ["lead_id"])
