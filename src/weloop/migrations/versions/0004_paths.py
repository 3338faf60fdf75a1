"""Paths, their progress and their report."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def _column(name: str, kind: sa.types.TypeEngine[Any], default: str | None = None) -> sa.Column[Any]:
    return sa.Column(name, kind, server_default=default, nullable=False)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "path",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        _column("name", sa.Text()),
        _column("template", sa.Text()),
        _column("archived", sa.Boolean(), default="false"),
        sa.Column("version_id", sa.BigInteger(), nullable=True),
        _column("created_at", MOMENT),
        _column("updated_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_path"),
    )
    op.create_table(
        "path_version",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("path_id", sa.BigInteger(), sa.ForeignKey("path.id", ondelete="CASCADE"), nullable=False),
        _column("number", sa.Integer()),
        _column("definition", postgresql.JSONB()),
        _column("built", sa.Boolean(), default="false"),
        sa.Column("seen_at", MOMENT, nullable=True),
        _column("seen_id", sa.BigInteger(), default="0"),
        _column("seen_events", sa.BigInteger(), default="0"),
        _column("created_at", MOMENT),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_path_version"),
    )
    op.create_index("ix_path_version_path_id", "path_version", ["path_id"])
    op.create_table(
        "path_touch",
        _column("version_id", sa.BigInteger()),
        _column("event_id", sa.BigInteger()),
        _column("stage", sa.SmallInteger()),
        _column("identity_id", sa.BigInteger()),
        _column("occurred_at", MOMENT),
        _column("state", sa.Text()),
        _column("staff", sa.Text()),
        sa.PrimaryKeyConstraint("version_id", "event_id", "stage", name="pk_path_touch"),
    )
    op.create_index("ix_path_touch_identity", "path_touch", ["version_id", "identity_id"])
    op.create_table(
        "path_progress",
        _column("version_id", sa.BigInteger()),
        _column("person_id", sa.BigInteger()),
        _column("reached", postgresql.ARRAY(MOMENT)),
        _column("passed", postgresql.ARRAY(MOMENT)),
        _column("state", sa.Text()),
        _column("staff", sa.Text()),
        sa.PrimaryKeyConstraint("version_id", "person_id", name="pk_path_progress"),
    )
    op.create_table(
        "path_hop_cell",
        _column("version_id", sa.BigInteger()),
        _column("entry_day", sa.Date()),
        _column("hop", sa.SmallInteger()),
        _column("state", sa.Text()),
        _column("staff", sa.Text()),
        _column("entered", sa.Integer()),
        _column("passed", sa.Integer()),
        sa.PrimaryKeyConstraint("version_id", "entry_day", "hop", "state", "staff", name="pk_path_hop_cell"),
    )
    op.create_table(
        "path_hop_time",
        _column("version_id", sa.BigInteger()),
        _column("entry_day", sa.Date()),
        _column("hop", sa.SmallInteger()),
        _column("bucket", sa.SmallInteger()),
        _column("passed", sa.Integer()),
        sa.PrimaryKeyConstraint("version_id", "entry_day", "hop", "bucket", name="pk_path_hop_time"),
    )
