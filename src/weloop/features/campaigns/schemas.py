"""Schemas of the campaigns routes."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from weloop.campaigns.api import CampaignKind
from weloop.codes.api import CodeKind, Mechanism
from weloop.content.api import ArticleKind
from weloop.kit.http import MAX_ID, Label, PlainText, Schema

Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2199, 12, 31))]


class CampaignInput(Schema):
    """A new campaign. ``goal``: what it shall bring, in a sentence; ``video_channel_id``: where it takes place."""

    name: Label
    kind: CampaignKind
    starts_on: Day | None = None
    ends_on: Day | None = None
    goal: Annotated[PlainText, Field(max_length=200)] = ""
    video_channel_id: Annotated[int, Field(ge=1, le=MAX_ID)] | None = None


class CampaignChange(Schema):
    """What shall change; what is left out stays. Days and place may be given as None."""

    name: Label | None = None
    kind: CampaignKind | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    goal: Annotated[PlainText, Field(max_length=200)] | None = None
    archived: bool | None = None
    video_channel_id: Annotated[int, Field(ge=1, le=MAX_ID)] | None = None


class CampaignItem(Schema):
    """A campaign with how many codes it has, what came by them, and what it cost (CNY, 元).

    ``persons`` are counted where they came first; ``leads`` of them, ``qualified`` (有效线索) and ``sql`` among these.
    """

    id: int
    name: str
    kind: CampaignKind
    starts_on: date | None
    ends_on: date | None
    goal: str
    video_channel_id: int | None
    video_channel: str | None
    archived: bool
    codes: int
    persons: int
    leads: int
    qualified: int
    sql: int
    cost: float
    created_at: datetime
    updated_at: datetime


class CampaignPage(Schema):
    """A page of campaigns, newest first."""

    items: list[CampaignItem]
    total: int
    page: int
    size: int


class CampaignName(Schema):
    """A campaign to choose from, or to name."""

    id: int
    name: str
    kind: CampaignKind
    archived: bool


class CampaignCode(Schema):
    """A code of a campaign. ``persons`` counts each once who came by it, whether they stayed or not."""

    code: str
    kind: CodeKind
    name: str
    mechanism: Mechanism
    persons: int
    qualified: int


class CostInfo(Schema):
    """Money spent on a campaign, CNY (元)."""

    id: int
    name: str
    amount: float
    spent_on: date
    created_at: datetime


class CampaignArticle(Schema):
    """An article of a campaign with its official reads; None: no data source."""

    id: int
    title: str
    kind: ArticleKind
    reads: int | None


class CampaignDetail(CampaignItem):
    """With its codes, articles and costs."""

    code_list: list[CampaignCode]
    articles: list[CampaignArticle]
    costs: list[CostInfo]


class CostInput(Schema):
    """Money spent on a campaign, CNY (元), at most two decimals."""

    name: Label
    amount: Annotated[Decimal, Field(gt=0, max_digits=12, decimal_places=2)]
    spent_on: Day
