"""Typed attributes, tags and companies of persons."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    _attributes()
    _tags()
    _companies()


def _values() -> list[sa.Column[Any]]:
    return [
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("number", postgresql.DOUBLE_PRECISION(), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("flag", sa.Boolean(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
    ]


def _attributes() -> None:
    op.create_table(
        "attribute",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("choices", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("archived_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_attribute"),
        sa.UniqueConstraint("key", name="uq_attribute_key"),
    )
    op.create_table(
        "attribute_value",
        sa.Column("identity_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("attribute_id", sa.BigInteger(), autoincrement=False, nullable=False),
        *_values(),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("identity_id", "attribute_id", name="pk_attribute_value"),
    )
    op.create_table(
        "person_attribute",
        sa.Column("attribute_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        *_values(),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("attribute_id", "person_id", name="pk_person_attribute"),
    )
    op.create_index("ix_person_attribute_person_id", "person_attribute", ["person_id"])
    for column in ("text", "number", "day"):
        op.create_index(f"ix_person_attribute_{column}", "person_attribute", ["attribute_id", column])


def _tags() -> None:
    op.create_table(
        "tag",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("group_name", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("platform_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("pending", sa.Text(), nullable=True),
        sa.Column("failure", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=True),
        sa.Column("archived_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_tag"),
    )
    op.create_index(
        "uq_tag_platform",
        "tag",
        ["account_id", "platform_id"],
        unique=True,
        postgresql_where=sa.text("platform_id <> ''"),
    )
    op.create_index(
        "uq_tag_name",
        "tag",
        [sa.text("coalesce(account_id, 0)"), "group_name", "name"],
        unique=True,
        postgresql_where=sa.text("state <> 'gone'"),
    )
    op.create_table(
        "tag_mark",
        sa.Column("tag_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("identity_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("staff", sa.Text(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=True),
        sa.Column("pending", sa.Text(), nullable=True),
        sa.Column("failure", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("tag_id", "identity_id", "staff", name="pk_tag_mark"),
    )
    op.create_index("ix_tag_mark_identity_id", "tag_mark", ["identity_id"])
    op.create_index("ix_tag_mark_pending", "tag_mark", ["pending"], postgresql_where=sa.text("pending IS NOT NULL"))
    op.create_table(
        "person_tag",
        sa.Column("tag_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("tag_id", "person_id", name="pk_person_tag"),
    )
    op.create_index("ix_person_tag_person_id", "person_tag", ["person_id"])


def _companies() -> None:
    op.create_table(
        "company",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_company"),
    )
    op.create_table(
        "company_key",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_company_key_company_id_company"),
        sa.PrimaryKeyConstraint("key", name="pk_company_key"),
    )
    op.create_index("ix_company_key_company_id", "company_key", ["company_id"])
    op.create_table(
        "company_person",
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name="pk_company_person"),
    )
    op.create_index("ix_company_person_key", "company_person", ["key"])
