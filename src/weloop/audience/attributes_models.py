"""Tables of typed attributes: what there is, what was told of each identity, and what holds for each person."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Boolean, Date, Identity, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY, DOUBLE_PRECISION, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from weloop.kit.db import Base

MOMENT = TIMESTAMP(timezone=True)


class Attribute(Base):
    """A typed attribute of persons. ``key`` is its name in files, traits and rules and never changes, as its type."""

    __tablename__ = "attribute"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    key: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    type: Mapped[str] = mapped_column(Text)
    choices: Mapped[list[str]] = mapped_column(ARRAY(Text))
    created_at: Mapped[datetime] = mapped_column(MOMENT)
    archived_at: Mapped[datetime | None] = mapped_column(MOMENT)


class AttributeValue(Base):
    """The newest that was told of an identity; without any value: it was taken away.

    ``event_id``: by which event; of two told at the same moment the later event counts, and by hand after all.
    """

    __tablename__ = "attribute_value"

    identity_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    attribute_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    text: Mapped[str | None] = mapped_column(Text)
    number: Mapped[float | None] = mapped_column(DOUBLE_PRECISION)
    day: Mapped[date | None] = mapped_column(Date)
    flag: Mapped[bool | None] = mapped_column(Boolean)
    at: Mapped[datetime] = mapped_column(MOMENT)
    event_id: Mapped[int] = mapped_column(BigInteger)
    origin: Mapped[str] = mapped_column(Text)


class PersonAttribute(Base):
    """What holds for a person, folded from the values of their identities: the newest one."""

    __tablename__ = "person_attribute"
    __table_args__ = (
        Index("ix_person_attribute_person_id", "person_id"),
        Index("ix_person_attribute_text", "attribute_id", "text"),
        Index("ix_person_attribute_number", "attribute_id", "number"),
        Index("ix_person_attribute_day", "attribute_id", "day"),
    )

    attribute_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    text: Mapped[str | None] = mapped_column(Text)
    number: Mapped[float | None] = mapped_column(DOUBLE_PRECISION)
    day: Mapped[date | None] = mapped_column(Date)
    flag: Mapped[bool | None] = mapped_column(Boolean)
    at: Mapped[datetime] = mapped_column(MOMENT)
    origin: Mapped[str] = mapped_column(Text)
