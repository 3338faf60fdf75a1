"""The open pool (公海) as a member sees it: what is there, and how much of it they may still take today."""

from dataclasses import dataclass

from weloop.kit.unit import UnitOfWork
from weloop.leads import reading, repository
from weloop.leads.handout import day_start
from weloop.leads.pages import show_leads
from weloop.leads.rules import Policy, load_policy
from weloop.leads.schemas import LeadInfo

MOST = 200
"""Leads that a phone shows."""


@dataclass(frozen=True, slots=True)
class Pool:
    """``total`` counts leads that are not shown too; ``claims_left``: of today."""

    leads: list[LeadInfo]
    total: int
    claims_left: int
    policy: Policy


async def read_pool(unit: UnitOfWork, account_id: int, staff: str) -> Pool:
    """The open pool of an account, newest first, for one of its members."""
    policy = load_policy()
    rows = await reading.list_pool(unit.connection, account_id, MOST)
    total = len(rows) if len(rows) < MOST else await reading.count_pool(unit.connection, account_id)
    load = await repository.count_load(unit.connection, account_id, day_start(unit.now))
    claimed = sum(row.claimed for row in load if row.staff == staff)
    return Pool(await show_leads(unit, rows), total, max(0, policy.claims_per_day - claimed), policy)


async def count_pool(unit: UnitOfWork, account_id: int) -> int:
    """How many leads of an account nobody has."""
    return await reading.count_pool(unit.connection, account_id)
