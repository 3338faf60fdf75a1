"""Schemas of the articles routes."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from weloop.codes.api import Mechanism
from weloop.content.api import ArticleKind
from weloop.kit.http import MAX_ID, PlainText, Schema, WebAddress

Id = Annotated[int, Field(ge=1, le=MAX_ID)]


class ArticleLink(Schema):
    """An article to be noted by its address. ``campaign_id`` None is 日常."""

    title: Annotated[PlainText, Field(min_length=1, max_length=200)]
    url: WebAddress
    campaign_id: Id | None = None


class ArticleChange(Schema):
    """Where an article and its codes belong from now on; None is 日常."""

    campaign_id: Id | None


class ArticleRate(Schema):
    """``passed`` friends of ``entered`` reads with the Wilson interval of 95 %; ``few``: below 20 no percentage."""

    entered: int
    passed: int
    value: float | None
    low: float | None
    high: float | None
    few: bool


class ArticleItem(Schema):
    """An article with its reads (官方统计), the friends who came by the codes at its foot, and the qualified leads
    (有效线索) among the leads of the period.

    ``reads`` None: no official figures, as of drafts and links. ``mechanism`` is the newest code's.
    """

    id: int
    account_id: int | None
    title: str
    url: str
    kind: ArticleKind
    published_at: datetime | None
    campaign_id: int | None
    gone: bool
    reads: int | None
    friends: int
    qualified: int
    rate: ArticleRate | None
    codes: int
    mechanism: Mechanism


class MechanismRate(Schema):
    """All articles whose newest code is offered in one way, taken together."""

    mechanism: Mechanism
    articles: int
    rate: ArticleRate


class ArticlePage(Schema):
    """A page of articles. ``mechanisms`` compares all that fit the filters."""

    items: list[ArticleItem]
    total: int
    page: int
    size: int
    mechanisms: list[MechanismRate]


class ArticleCode(Schema):
    """A code at an article's foot; the newest one is the one to be shown there."""

    code: str
    name: str
    mechanism: Mechanism
    friends: int
    qualified: int


class ArticleDay(Schema):
    """Reads and friends of one Beijing day."""

    day: date
    reads: int
    friends: int


class ArticleDetail(ArticleItem):
    """With its codes, the newest first, and its days."""

    code_list: list[ArticleCode]
    days: list[ArticleDay]


class ArticleName(Schema):
    """An article to be named by."""

    id: int
    title: str


class FeedInfo(Schema):
    """How far an account was fetched: the articles when, the figures of all days before ``next_day``."""

    account_id: int
    articles_at: datetime | None
    next_day: date
    failure: dict[str, Any] | None


class FetchStarted(Schema):
    """How many accounts are being asked."""

    accounts: int
