"""The face of campaigns. ``None`` stands for 日常 wherever a campaign's id may be given."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from weloop.access.api import CurrentUser
from weloop.campaigns import repository, service
from weloop.campaigns.models import CampaignRow, CostRow
from weloop.campaigns.service import TOPIC, remove_cost
from weloop.contracts.errors import InvalidInput
from weloop.contracts.terms import Choice, Fault, named
from weloop.kit.pagination import Page, PageRequest
from weloop.kit.unit import UnitOfWork

__all__ = [
    "TOPIC",
    "CampaignInfo",
    "CampaignKind",
    "CostEntry",
    "add_cost",
    "campaign_choices",
    "change_campaign",
    "check_campaign",
    "check_terms",
    "create_campaign",
    "find_campaigns",
    "get_campaign",
    "list_campaigns",
    "list_costs",
    "list_page",
    "read_costs",
    "remove_cost",
]


class CampaignKind(StrEnum):
    """What a campaign is about."""

    LIVE = "live"
    WHITE_PAPER = "white_paper"
    EXHIBITION = "exhibition"
    CUSTOMER_STORY = "customer_story"
    ARTICLE = "article"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class CampaignInfo:
    """A campaign. ``goal``: what it shall bring; an archived one takes no new codes.

    ``video_channel_id``: the Channels account at which it takes place.
    """

    id: int
    name: str
    kind: CampaignKind
    starts_on: date | None
    ends_on: date | None
    goal: str
    video_channel_id: int | None
    archived: bool
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class CostEntry:
    """CNY (元) spent on a campaign on a Beijing day."""

    id: int
    campaign_id: int
    name: str
    amount: Decimal
    spent_on: date
    created_at: datetime


async def get_campaign(unit: UnitOfWork, campaign_id: int) -> CampaignInfo:
    """One campaign, archived or not; NotFound."""
    return _info(await service.load_campaign(unit, campaign_id))


async def find_campaigns(unit: UnitOfWork, ids: Collection[int]) -> dict[int, CampaignInfo]:
    """Those of these campaigns that exist, archived ones too, by id."""
    return {row.id: _info(row) for row in await repository.find_campaigns(unit.session, ids)}


async def list_campaigns(unit: UnitOfWork) -> list[CampaignInfo]:
    """All campaigns, archived ones too, newest first."""
    return [_info(row) for row in await repository.list_campaigns(unit.session)]


async def campaign_choices(unit: UnitOfWork) -> Sequence[Choice]:
    """All campaigns, for rules that ask of one."""
    return named((each.id, each.name) for each in await list_campaigns(unit))


async def check_terms(unit: UnitOfWork, terms: Sequence[Any]) -> Sequence[Sequence[Fault]]:
    """Whether the campaigns are there that terms of rules name by ``campaign_id``."""
    known = await find_campaigns(unit, {term.campaign_id for term in terms if term.campaign_id is not None})
    fault = ("campaign_id", "campaign_unknown", "there is no such campaign")
    return [() if term.campaign_id is None or term.campaign_id in known else (fault,) for term in terms]


async def list_page(
    unit: UnitOfWork, page: PageRequest, search: str, kind: CampaignKind | None, archived: bool
) -> Page[CampaignInfo]:
    """A page of campaigns, newest first; ``search`` looks into names."""
    found = await repository.list_page(unit.session, page, search, kind, archived)
    return Page([_info(row) for row in found.items], found.total, found.page, found.size)


async def check_campaign(unit: UnitOfWork, campaign_id: int | None) -> None:
    """Refuse to put something new into a campaign that is unknown or archived. None, 日常, is always there."""
    if campaign_id is None:
        return
    row = await repository.get_campaign(unit.session, campaign_id)
    if row is None:
        raise InvalidInput("there is no such campaign", code="campaign_unknown", campaign_id=campaign_id)
    if row.archived:
        raise InvalidInput("the campaign is archived", code="campaign_archived", name=row.name)


async def create_campaign(unit: UnitOfWork, user: CurrentUser, values: Mapping[str, Any]) -> CampaignInfo:
    """Make one; ``values``: name, kind, starts_on, ends_on, goal, video_channel_id."""
    return _info(await service.create_campaign(unit, user, values))


async def change_campaign(
    unit: UnitOfWork, user: CurrentUser, campaign_id: int, values: Mapping[str, Any]
) -> CampaignInfo:
    """Change what ``values`` names, ``archived`` too; NotFound."""
    return _info(await service.change_campaign(unit, user, campaign_id, values))


async def list_costs(unit: UnitOfWork, campaign_id: int) -> Sequence[CostEntry]:
    """The costs of one campaign, newest first."""
    return [_entry(row) for row in await repository.list_costs(unit.session, campaign_id)]


async def add_cost(
    unit: UnitOfWork, user: CurrentUser, campaign_id: int, name: str, amount: Decimal, spent_on: date
) -> CostEntry:
    """Note what was spent on a campaign, CNY (元); NotFound."""
    return _entry(await service.add_cost(unit, user, campaign_id, name, amount, spent_on))


async def read_costs(unit: UnitOfWork, first: date | None = None, last: date | None = None) -> Mapping[int, Decimal]:
    """CNY (元) by campaign, of what was spent on these Beijing days, both included; None: no bound."""
    return await repository.sum_costs(unit.connection, first, last)


def _info(row: CampaignRow) -> CampaignInfo:
    kind = CampaignKind(row.kind)
    days = (row.starts_on, row.ends_on)
    place = row.video_channel_id
    return CampaignInfo(row.id, row.name, kind, *days, row.goal, place, row.archived, row.created_at, row.updated_at)


def _entry(row: CostRow) -> CostEntry:
    return CostEntry(row.id, row.campaign_id, row.name, row.amount, row.spent_on, row.created_at)
