"""Forms of the short links' page."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from weloop.kit.http import Label, PlainText, Schema

Target = Annotated[PlainText, Field(min_length=1, max_length=2000)]
Slug = Annotated[PlainText, Field(max_length=40)]
CampaignId = Annotated[int, Field(ge=1, le=2**63 - 1)]


class LinkInfo(Schema):
    """A short link. ``openings`` counts openings, ``visitors`` the browsers behind them; programs are not counted."""

    id: int
    account_id: int
    site_name: str | None
    slug: str
    url: str
    name: str
    target: str
    state_code: str
    campaign_id: int | None
    carries_visitor: bool
    openings: int
    visitors: int
    created_at: datetime


class LinkPage(Schema):
    """A page of short links."""

    items: list[LinkInfo]
    total: int
    page: int
    size: int


class LinkInput(Schema):
    """A new short link. Without ``slug`` a random one is chosen; without a campaign it is 日常."""

    account_id: Annotated[int, Field(ge=1, le=2**63 - 1)]
    name: Label
    target: Target
    slug: Slug | None = None
    campaign_id: CampaignId | None = None
    carries_visitor: bool = True


class LinkChange(Schema):
    """What shall change; what is left out stays. The slug and the state code never change: they are printed."""

    name: Label | None = None
    target: Target | None = None
    campaign_id: CampaignId | None = None
    carries_visitor: bool | None = None
