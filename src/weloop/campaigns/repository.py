"""All SQL of campaigns and their costs."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from weloop.campaigns.models import CampaignRow, CostRow
from weloop.kit.db import run
from weloop.kit.http import like_pattern
from weloop.kit.pagination import Page, PageRequest


async def list_page(
    session: AsyncSession, page: PageRequest, search: str, kind: str | None, archived: bool
) -> Page[CampaignRow]:
    """A page of campaigns, newest first. Two queries, however many rows."""
    query = _filter(select(CampaignRow), search, kind, archived).order_by(CampaignRow.id.desc())
    rows = (await session.scalars(query.limit(page.size).offset(page.offset))).all()
    total = await session.scalar(_filter(select(func.count()).select_from(CampaignRow), search, kind, archived))
    return Page(rows, total or 0, page.page, page.size)


def _filter(query: Select[Any], search: str, kind: str | None, archived: bool) -> Select[Any]:
    query = query.where(CampaignRow.archived == archived)
    if kind:
        query = query.where(CampaignRow.kind == kind)
    if search:
        query = query.where(CampaignRow.name.ilike(like_pattern(search), escape="\\"))
    return query


async def get_campaign(session: AsyncSession, campaign_id: int, *, lock: bool = False) -> CampaignRow | None:
    """One campaign, archived or not."""
    query = select(CampaignRow).where(CampaignRow.id == campaign_id)
    return await session.scalar(query.with_for_update(key_share=True) if lock else query)


async def find_campaigns(session: AsyncSession, ids: Collection[int]) -> Sequence[CampaignRow]:
    """Those of these campaigns that exist."""
    if not ids:
        return ()
    return (await session.scalars(select(CampaignRow).where(CampaignRow.id.in_(ids)))).all()


async def list_campaigns(session: AsyncSession) -> Sequence[CampaignRow]:
    """All campaigns, archived ones too, newest first."""
    return (await session.scalars(select(CampaignRow).order_by(CampaignRow.id.desc()))).all()


async def list_costs(session: AsyncSession, campaign_id: int) -> Sequence[CostRow]:
    """The costs of one campaign, newest first."""
    query = select(CostRow).where(CostRow.campaign_id == campaign_id)
    return (await session.scalars(query.order_by(CostRow.spent_on.desc(), CostRow.id.desc()))).all()


async def get_cost(session: AsyncSession, campaign_id: int, cost_id: int) -> CostRow | None:
    """One cost of one campaign."""
    return await session.scalar(select(CostRow).where(CostRow.id == cost_id, CostRow.campaign_id == campaign_id))


async def sum_costs(connection: AsyncConnection, first: date | None, last: date | None) -> Mapping[int, Decimal]:
    """CNY by campaign, of what was spent on these days, both included; None: no bound."""
    rows = await run(
        connection,
        """
        SELECT campaign_id, sum(amount) AS amount FROM cost_entry
        WHERE ($1::date IS NULL OR spent_on >= $1) AND ($2::date IS NULL OR spent_on <= $2) GROUP BY campaign_id
        """,
        first,
        last,
    )
    return {row.campaign_id: row.amount for row in rows}
