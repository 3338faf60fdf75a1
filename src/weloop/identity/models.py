"""Tables of identities, the facts that join them, relations with our accounts, and persons."""

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, Index, Integer, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from weloop.kit.db import Base

MOMENT = TIMESTAMP(timezone=True)


class IdentityRow(Base):
    """One identity, its person of today, and what its platform tells of it."""

    __tablename__ = "identity"
    __table_args__ = (Index("ix_identity_person_id", "person_id"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    kind: Mapped[str] = mapped_column(Text)
    scope: Mapped[str] = mapped_column(Text)
    value: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int] = mapped_column(BigInteger)
    account_id: Mapped[int | None] = mapped_column(Integer)
    first_seen_at: Mapped[datetime] = mapped_column(MOMENT)
    last_seen_at: Mapped[datetime] = mapped_column(MOMENT)
    name: Mapped[str | None] = mapped_column(Text)
    avatar_url: Mapped[str | None] = mapped_column(Text)
    gender: Mapped[str | None] = mapped_column(Text)
    company: Mapped[str | None] = mapped_column(Text)
    remark: Mapped[str | None] = mapped_column(Text)
    told_at: Mapped[datetime | None] = mapped_column(MOMENT)
    """When the platform told all of the above, and by which event; who is found no more keeps it."""
    told_event: Mapped[int | None] = mapped_column(BigInteger)
    found: Mapped[bool | None] = mapped_column(Boolean)
    fetched_at: Mapped[datetime | None] = mapped_column(MOMENT)
    fetched_event: Mapped[int | None] = mapped_column(BigInteger)


class FactRow(Base):
    """A link between two identities, or the undoing of another fact. It stays; only who said it first may turn out."""

    __tablename__ = "identity_fact"
    __table_args__ = (
        Index("ix_identity_fact_a", "a"),
        Index("ix_identity_fact_b", "b"),
        Index("ix_identity_fact_target", "target"),
    )

    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    a: Mapped[int | None] = mapped_column(BigInteger)
    b: Mapped[int | None] = mapped_column(BigInteger)
    strength: Mapped[str | None] = mapped_column(Text)
    target: Mapped[bytes | None] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(MOMENT)
    event_id: Mapped[int | None] = mapped_column(BigInteger)
    user_id: Mapped[int | None] = mapped_column(Integer)


class RelationRow(Base):
    """How an identity stands with one of our accounts: friend of a member, or follower (``staff`` is "").

    It holds now if the last addition is later than the last ending; both, and the first state, are kept with the event
    that said so, so that any order of arrival ends in the same row.
    """

    __tablename__ = "relation"
    __table_args__ = (
        Index("ix_relation_identity_id", "identity_id"),
        Index("ix_relation_added_at", "added_at"),
        Index("ix_relation_state", "state", "state_at", postgresql_where=text("state IS NOT NULL")),
    )

    account_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    identity_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    staff: Mapped[str] = mapped_column(Text, primary_key=True)
    added_at: Mapped[datetime | None] = mapped_column(MOMENT)
    added_event: Mapped[int | None] = mapped_column(BigInteger)
    ended_at: Mapped[datetime | None] = mapped_column(MOMENT)
    ended_event: Mapped[int | None] = mapped_column(BigInteger)
    ended_by: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str | None] = mapped_column(Text)
    state_at: Mapped[datetime | None] = mapped_column(MOMENT)
    state_event: Mapped[int | None] = mapped_column(BigInteger)


class PersonRow(Base):
    """A person, folded from identities and relations for the list; can be made again from them."""

    __tablename__ = "person"
    __table_args__ = (
        Index("ix_person_last_seen_at", "last_seen_at", "id"),
        Index("ix_person_state_code", "state_code"),
        Index("ix_person_kinds", "kinds", postgresql_using="gin"),
        Index("ix_person_search", "search", postgresql_using="gin", postgresql_ops={"search": "gin_trgm_ops"}),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str | None] = mapped_column(Text)
    avatar_url: Mapped[str | None] = mapped_column(Text)
    company: Mapped[str | None] = mapped_column(Text)
    search: Mapped[str] = mapped_column(Text)
    kinds: Mapped[list[str]] = mapped_column(ARRAY(Text))
    staff: Mapped[list[str]] = mapped_column(ARRAY(Text))
    state_code: Mapped[str | None] = mapped_column(Text)
    first_seen_at: Mapped[datetime] = mapped_column(MOMENT)
    last_seen_at: Mapped[datetime] = mapped_column(MOMENT)
    resolved: Mapped[bool] = mapped_column(Boolean)
    conflict: Mapped[bool] = mapped_column(Boolean)
