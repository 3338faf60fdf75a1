"""All SQL of state codes."""

from collections.abc import Collection, Sequence

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from weloop.codes.models import StateCode


async def get_code(session: AsyncSession, code: str) -> StateCode | None:
    """One state code."""
    return await session.get(StateCode, code)


async def find_codes(session: AsyncSession, codes: Collection[str]) -> Sequence[StateCode]:
    """Those of these codes that are known."""
    if not codes:
        return ()
    return (await session.scalars(select(StateCode).where(StateCode.code.in_(codes)))).all()


async def list_codes(
    session: AsyncSession, *, campaigns: Collection[int] = (), articles: Collection[int] = ()
) -> Sequence[StateCode]:
    """The codes of these campaigns and of these articles, oldest first."""
    query = select(StateCode).where(or_(StateCode.campaign_id.in_(campaigns), StateCode.article_id.in_(articles)))
    return (await session.scalars(query.order_by(StateCode.created_at, StateCode.code))).all()


async def all_codes(session: AsyncSession) -> Sequence[StateCode]:
    """Every code, oldest first."""
    return (await session.scalars(select(StateCode).order_by(StateCode.created_at, StateCode.code))).all()
