"""Articles: what the platform tells of them becomes rows; which draft, message, figure and link are one article."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

from weloop.access.api import CurrentUser, record_act
from weloop.codes.api import list_codes, put_code
from weloop.content import article_rows
from weloop.content.matching import Found, Known, match, url_key
from weloop.content.models import ArticleFeedRow, ArticleRow
from weloop.contracts.errors import Conflict, NotFound
from weloop.kit.clock import BEIJING
from weloop.kit.unit import UnitOfWork

TOPIC = "articles"
MAX_TITLE = 200


async def load_article(unit: UnitOfWork, article_id: int, *, lock: bool = False) -> ArticleRow:
    """One article, gone or not; NotFound."""
    row = await article_rows.get_article(unit.session, article_id, lock=lock)
    if row is None:
        raise NotFound("there is no such article", code="article_not_found")
    return row


async def enter_link(unit: UnitOfWork, user: CurrentUser, title: str, url: str, campaign_id: int | None) -> ArticleRow:
    """Note an article by its address; Conflict when it is known already."""
    key = url_key(url)
    known = await article_rows.find_by_address(unit.session, key)
    if known is not None:
        raise Conflict("this article is known already", code="article_exists", title=known.title)
    row = ArticleRow(
        title=title,
        url=url,
        url_key=key,
        kind="linked",
        campaign_id=campaign_id,
        gone=False,
        created_at=unit.now,
        updated_at=unit.now,
    )
    unit.session.add(row)
    await unit.session.flush()
    _note(unit, user, "article_linked", row)
    return row


async def move_article(unit: UnitOfWork, user: CurrentUser, article_id: int, campaign_id: int | None) -> ArticleRow:
    """Let an article belong to another campaign, and the codes at its foot with it; None: 日常."""
    row = await load_article(unit, article_id, lock=True)
    row.campaign_id, row.updated_at = campaign_id, unit.now
    for code in await list_codes(unit, articles=[article_id]):
        await put_code(unit, replace(code, campaign_id=campaign_id))
    _note(unit, user, "article_moved", row)
    return row


def _note(unit: UnitOfWork, user: CurrentUser, act: str, row: ArticleRow) -> None:
    record_act(unit, user.id, act, f"article:{row.id}", {"name": row.title})
    unit.publish(TOPIC)


async def take_articles(unit: UnitOfWork, feed: ArticleFeedRow, told: Mapping[str, Any]) -> None:
    """Follow what an account's boxes hold; an answer that is not newer than the last one changes nothing."""
    fetched_at = datetime.fromtimestamp(float(told["fetched_at"]), UTC)
    if feed.articles_at is not None and fetched_at <= feed.articles_at:
        return
    feed.articles_at, feed.failure = fetched_at, None
    rows = list(await article_rows.lock_articles(unit.session, feed.account_id))
    drafts = {_key(each): each for each in told["drafts"]}
    for row in rows:
        if told["whole"] and row.kind == "draft" and row.draft_key is not None:
            row.gone = row.draft_key not in drafts
    published = {_key(each): each for each in told["published"]}
    for found, change in ((published, _publish), (drafts, _draft)):
        _take(unit, feed.account_id, rows, found, change, fetched_at)
    await unit.session.flush()
    unit.publish(TOPIC)


async def take_figures(unit: UnitOfWork, feed: ArticleFeedRow, told: Mapping[str, Any], at: datetime) -> None:
    """Keep the readers of one day, and learn under which numbers the articles of that day are counted.

    ``at``: when they were told.
    """
    day = date.fromisoformat(str(told["day"]))
    found = {str(each["msgid"]): {**each, "at": _noon(day)} for each in told["published"] if each["msgid"]}
    if found:
        rows = list(await article_rows.lock_articles(unit.session, feed.account_id))
        _take(unit, feed.account_id, rows, found, _number, at)
        await unit.session.flush()
    readers = {str(each["msgid"]): int(each["readers"]) for each in told["reads"] if each["msgid"]}
    await article_rows.put_reads(unit.connection, feed.account_id, day, readers, at)
    unit.publish(TOPIC)


Change = Callable[[ArticleRow, str, Mapping[str, Any]], None]


def _take(
    unit: UnitOfWork,
    account_id: int,
    rows: list[ArticleRow],
    found: Mapping[str, Mapping[str, Any]],
    change: Change,
    at: datetime,
) -> None:
    """Put each of ``found`` into the row that it is, or into a new one; ``at``: when it was told."""
    by_id = {row.id: row for row in rows if row.id is not None}
    asked = [Found(key, _title(each), url_key(str(each["url"]))) for key, each in found.items()]
    hits = match(_known(rows, change), asked)
    for hit, (key, each) in zip(hits, found.items(), strict=True):
        row = by_id[hit] if hit is not None else ArticleRow(created_at=at, gone=False, url="", url_key="")
        row.account_id, row.title, row.updated_at = account_id, _title(each), at
        change(row, key, each)
        unit.session.add(row)


def _known(rows: Iterable[ArticleRow], change: Change) -> list[Known]:
    return [
        Known(
            row.id,
            row.title,
            row.url_key,
            [key for key in (row.draft_key, row.publish_key, row.msgid) if key],
            _waits(row, change),
        )
        for row in rows
        if row.id is not None
    ]


def _waits(row: ArticleRow, change: Change) -> bool:
    """Drafts that left the box come out; what may have come out gets its number, whether a box told of it or not."""
    if change is _publish:
        return row.kind == "draft" and row.gone
    return change is _number and row.msgid is None and row.kind != "linked"


def _publish(row: ArticleRow, key: str, told: Mapping[str, Any]) -> None:
    row.kind, row.publish_key, row.gone = "published", key, bool(told.get("deleted"))
    _address(row, str(told["url"]))
    row.published_at = datetime.fromtimestamp(int(told["at"]), UTC) if told["at"] else row.published_at


def _draft(row: ArticleRow, key: str, told: Mapping[str, Any]) -> None:
    """Its address is a preview that ends, so it is not kept."""
    row.draft_key, row.gone = key, False
    if row.publish_key is None and row.msgid is None:
        row.kind = "draft"


def _number(row: ArticleRow, key: str, told: Mapping[str, Any]) -> None:
    row.kind, row.msgid = "published", key
    _address(row, str(told["url"]))
    if row.publish_key is None:  # sent to the followers, and in no box
        row.gone = False
    row.published_at = row.published_at or told["at"]


def _address(row: ArticleRow, url: str) -> None:
    if url:
        row.url, row.url_key = url, url_key(url)


def _key(told: Mapping[str, Any]) -> str:
    return f"{told['id']}#{told['index']}"


def _title(told: Mapping[str, Any]) -> str:
    return str(told["title"])[:MAX_TITLE]


def _noon(day: date) -> datetime:
    """The figures tell the day alone."""
    return datetime.combine(day, time(12), UTC) - BEIJING
