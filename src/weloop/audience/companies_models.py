"""Tables of companies: their names, and who belongs to them."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, Text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from weloop.kit.db import Base

MOMENT = TIMESTAMP(timezone=True)


class Company(Base):
    """A company (公司); ``name`` is the first spelling that came."""

    __tablename__ = "company"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(MOMENT)


class CompanyKey(Base):
    """A normalised name and the company it means; two companies that were made one have several."""

    __tablename__ = "company_key"
    __table_args__ = (Index("ix_company_key_company_id", "company_id"),)

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    company_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("company.id"))


class CompanyPerson(Base):
    """To which company a person belongs, by the normalised name their profile tells."""

    __tablename__ = "company_person"
    __table_args__ = (Index("ix_company_person_key", "key"),)

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(Text)
