"""Routes of articles."""

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query

from weloop.access.api import Editor, SignedIn, record_act
from weloop.campaigns.api import check_campaign
from weloop.content import api as content
from weloop.content.api import ArticleInfo, ArticleKind
from weloop.contracts.errors import InvalidInput
from weloop.features.articles.schemas import (
    ArticleChange,
    ArticleDetail,
    ArticleItem,
    ArticleLink,
    ArticleName,
    ArticlePage,
    FeedInfo,
    FetchStarted,
)
from weloop.features.articles.views import compare_mechanisms, count_articles, show_article, show_detail
from weloop.kit.clock import beijing_date
from weloop.kit.http import MAX_ID, Day, PageQuery, RequestUnit, RowId, Search
from weloop.kit.unit import UnitOfWork

router = APIRouter(prefix="/articles", tags=["articles"])
Campaign = Annotated[int | None, Query(ge=0, le=MAX_ID)]


class Order(StrEnum):
    """What stands first. Reads never do: many reads bring nobody by themselves."""

    NEWEST = "newest"
    FRIENDS = "friends"
    RATE = "rate"


_ORDERS: dict[Order, Callable[[ArticleItem], tuple[float, ...]]] = {
    Order.NEWEST: lambda item: (),
    Order.FRIENDS: lambda item: (-item.friends,),
    Order.RATE: lambda item: (-(item.rate.value or 0.0) if item.rate and not item.rate.few else 1.0, -item.friends),
}


@router.get("")
async def list_articles(
    _: SignedIn,
    unit: RequestUnit,
    page: PageQuery,
    search: Search = "",
    kind: ArticleKind | None = None,
    campaign: Campaign = None,
    first: Day | None = None,
    last: Day | None = None,
    order: Order = Order.NEWEST,
) -> ArticlePage:
    """Articles with reads and friends of the days ``first`` to ``last``; ``campaign`` 0 is 日常."""
    if first is not None and last is not None and last < first:
        raise InvalidInput("a period ends on its first day or later", code="invalid_input")
    found = [each for each in await content.list_articles(unit) if _fits(each, search.strip(), kind, campaign)]
    counted = await count_articles(unit, found, first, last)
    items = [show_article(each, counted) for each in found]
    ordered = sorted(items, key=_ORDERS[order])
    shown = ordered[page.offset : page.offset + page.size]
    return ArticlePage(
        items=shown, total=len(items), page=page.page, size=page.size, mechanisms=compare_mechanisms(items)
    )


def _fits(article: ArticleInfo, search: str, kind: ArticleKind | None, campaign: int | None) -> bool:
    return (
        (not search or search.lower() in article.title.lower())
        and (kind is None or article.kind is kind)
        and (campaign is None or (article.campaign_id or 0) == campaign)
    )


@router.get("/names")
async def list_article_names(_: SignedIn, unit: RequestUnit) -> list[ArticleName]:
    """The titles of all articles, gone ones too."""
    return [ArticleName(id=each.id, title=each.title) for each in await content.list_articles(unit, gone=True)]


@router.get("/feeds")
async def list_article_feeds(_: SignedIn, unit: RequestUnit) -> list[FeedInfo]:
    """How far the accounts' articles and official figures were fetched."""
    return [FeedInfo.model_validate(feed) for feed in await content.list_feeds(unit)]


@router.post("/fetch", status_code=202)
async def fetch_articles(user: Editor, unit: RequestUnit) -> FetchStarted:
    """Read the boxes of every official account now, and the figures from where they ended."""
    count = await content.start_all(unit)
    record_act(unit, user.id, "articles_fetched", "articles", {"accounts": count})
    return FetchStarted(accounts=count)


@router.post("", status_code=201)
async def link_article(body: ArticleLink, user: Editor, unit: RequestUnit) -> ArticleDetail:
    """Note an article by its address."""
    await check_campaign(unit, body.campaign_id)
    row = await content.enter_link(unit, user, body.title.strip(), body.url, body.campaign_id)
    return await _detail(unit, row.id)


@router.get("/{article_id}")
async def get_article(article_id: RowId, _: SignedIn, unit: RequestUnit) -> ArticleDetail:
    """One article with its codes and days."""
    return await _detail(unit, article_id)


@router.patch("/{article_id}")
async def move_article(article_id: RowId, body: ArticleChange, user: Editor, unit: RequestUnit) -> ArticleDetail:
    """Put an article, and the codes at its foot, into a campaign."""
    known = await content.get_article(unit, article_id)
    if body.campaign_id != known.campaign_id:
        await check_campaign(unit, body.campaign_id)
        await content.move_article(unit, user, article_id, body.campaign_id)
    return await _detail(unit, article_id)


async def _detail(unit: UnitOfWork, article_id: int) -> ArticleDetail:
    article = await content.get_article(unit, article_id)
    return await show_detail(unit, article, beijing_date(unit.now))
