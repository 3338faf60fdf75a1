"""Routes of campaigns."""

from typing import Any

from fastapi import APIRouter

from weloop.access.api import Editor, SignedIn
from weloop.campaigns import api as campaigns
from weloop.campaigns.api import CampaignKind
from weloop.features.campaigns.schemas import (
    CampaignChange,
    CampaignDetail,
    CampaignInput,
    CampaignName,
    CampaignPage,
    CostInfo,
    CostInput,
)
from weloop.features.campaigns.views import show_campaign, show_campaigns, show_cost
from weloop.kit.http import PageQuery, RequestUnit, RowId, Search

router = APIRouter(prefix="/campaigns", tags=["campaigns"])
_MAY_BE_NONE = frozenset({"starts_on", "ends_on", "video_channel_id"})


@router.get("")
async def list_campaigns(
    _: SignedIn,
    unit: RequestUnit,
    page: PageQuery,
    search: Search = "",
    kind: CampaignKind | None = None,
    archived: bool = False,
) -> CampaignPage:
    """Campaigns, newest first; ``search`` looks into names."""
    found = await campaigns.list_page(unit, page, search.strip(), kind, archived)
    items = await show_campaigns(unit, found.items)
    return CampaignPage(items=items, total=found.total, page=found.page, size=found.size)


@router.get("/names")
async def list_campaign_names(_: SignedIn, unit: RequestUnit) -> list[CampaignName]:
    """All campaigns, archived ones too, to choose from and to name: an installation has some hundreds."""
    found = await campaigns.list_campaigns(unit)
    return [CampaignName(id=each.id, name=each.name, kind=each.kind, archived=each.archived) for each in found]


@router.post("", status_code=201)
async def create_campaign(body: CampaignInput, user: Editor, unit: RequestUnit) -> CampaignDetail:
    """Make a campaign."""
    return await show_campaign(unit, await campaigns.create_campaign(unit, user, body.model_dump()))


@router.get("/{campaign_id}")
async def get_campaign(campaign_id: RowId, _: SignedIn, unit: RequestUnit) -> CampaignDetail:
    """One campaign with its codes and costs."""
    return await show_campaign(unit, await campaigns.get_campaign(unit, campaign_id))


@router.patch("/{campaign_id}")
async def update_campaign(campaign_id: RowId, body: CampaignChange, user: Editor, unit: RequestUnit) -> CampaignDetail:
    """Change a campaign, archive it or take it back."""
    given: dict[str, Any] = {
        name: value
        for name, value in body.model_dump(exclude_unset=True).items()
        if value is not None or name in _MAY_BE_NONE
    }
    return await show_campaign(unit, await campaigns.change_campaign(unit, user, campaign_id, given))


@router.post("/{campaign_id}/costs", status_code=201)
async def add_campaign_cost(campaign_id: RowId, body: CostInput, user: Editor, unit: RequestUnit) -> CostInfo:
    """Note what was spent on a campaign."""
    row = await campaigns.add_cost(unit, user, campaign_id, body.name, body.amount, body.spent_on)
    return show_cost(row)


@router.delete("/{campaign_id}/costs/{cost_id}", status_code=204)
async def remove_campaign_cost(campaign_id: RowId, cost_id: RowId, user: Editor, unit: RequestUnit) -> None:
    """Take back a cost that was noted by mistake."""
    await campaigns.remove_cost(unit, user, campaign_id, cost_id)
