"""Campaigns as the pages show them: what belongs to each, gathered in a constant number of queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from weloop.accounts.api import list_account_names
from weloop.campaigns.api import CampaignInfo, CostEntry, list_costs, read_costs
from weloop.codes.api import CodeInfo, list_codes
from weloop.content.api import list_articles, sum_article_reads
from weloop.features.campaigns.schemas import CampaignArticle, CampaignCode, CampaignDetail, CampaignItem, CostInfo
from weloop.identity.api import count_arrivals
from weloop.kit.unit import UnitOfWork
from weloop.leads.api import StateFigures, count_by_state

_OWN = (
    "id",
    "name",
    "kind",
    "starts_on",
    "ends_on",
    "goal",
    "video_channel_id",
    "archived",
    "created_at",
    "updated_at",
)
_BEGIN = datetime(2000, 1, 1, tzinfo=UTC)
_NOBODY = StateFigures("", 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class _Yield:
    """What codes brought, by state code, and costs by campaign."""

    codes: Sequence[CodeInfo]
    persons: Mapping[str, int]
    leads: Mapping[str, StateFigures]
    costs: Mapping[int, Decimal]
    accounts: Mapping[int, str]
    """Names."""

    def of(self, campaign: CampaignInfo) -> dict[str, object]:
        """Persons and leads are counted where they came first, so that each counts for one code."""
        own = [code.code for code in self.codes if code.campaign_id == campaign.id]
        leads = [self.leads.get(code, _NOBODY) for code in own]
        return {
            **{name: getattr(campaign, name) for name in _OWN},
            "video_channel": self.accounts.get(campaign.video_channel_id or 0),
            "codes": len(own),
            "persons": sum(self.persons.get(code, 0) for code in own),
            "leads": sum(each.created for each in leads),
            "qualified": sum(each.qualified for each in leads),
            "sql": sum(each.sql for each in leads),
            "cost": float(self.costs.get(campaign.id, 0)),
        }


async def _gather(unit: UnitOfWork, campaigns: Sequence[CampaignInfo]) -> _Yield:
    codes = await list_codes(unit, campaigns=[each.id for each in campaigns])
    leads = await count_by_state(unit, _BEGIN, unit.now + timedelta(days=1))
    return _Yield(
        codes,
        await count_arrivals(unit, [code.code for code in codes]),
        {each.state: each for each in leads},
        await read_costs(unit),
        await list_account_names(unit),
    )


async def show_campaigns(unit: UnitOfWork, campaigns: Sequence[CampaignInfo]) -> list[CampaignItem]:
    """Each with counts of its codes, persons, leads and costs: five queries for all."""
    if not campaigns:
        return []
    found = await _gather(unit, campaigns)
    return [CampaignItem.model_validate(found.of(each)) for each in campaigns]


async def show_campaign(unit: UnitOfWork, campaign: CampaignInfo) -> CampaignDetail:
    """One with its codes, those that brought most first, its articles and its costs."""
    found = await _gather(unit, [campaign])
    shown = [
        CampaignCode(
            code=code.code,
            kind=code.kind,
            name=code.name,
            mechanism=code.mechanism,
            persons=found.persons.get(code.code, 0),
            qualified=found.leads.get(code.code, _NOBODY).qualified,
        )
        for code in found.codes
    ]
    lists = {
        "code_list": sorted(shown, key=lambda code: -code.persons),
        "articles": await _articles_of(unit, campaign.id),
        "costs": [show_cost(cost) for cost in await list_costs(unit, campaign.id)],
    }
    return CampaignDetail.model_validate({**found.of(campaign), **lists})


async def _articles_of(unit: UnitOfWork, campaign_id: int) -> list[CampaignArticle]:
    reads = await sum_article_reads(unit)
    return [
        CampaignArticle(
            id=each.id, title=each.title, kind=each.kind, reads=reads.get(each.id, 0) if each.counted else None
        )
        for each in await list_articles(unit)
        if each.campaign_id == campaign_id
    ]


def show_cost(cost: CostEntry) -> CostInfo:
    """A cost without its campaign, which is known from the place it stands in."""
    return CostInfo.model_validate({name: getattr(cost, name) for name in CostInfo.model_fields})
