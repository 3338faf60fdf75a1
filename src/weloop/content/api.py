"""The face of the content module: files, media ids platforms gave for them, pictures of codes; articles, figures."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from weloop.content import article_rows, repository
from weloop.content.articles import TOPIC as ARTICLES_TOPIC
from weloop.content.articles import enter_link, load_article, move_article
from weloop.content.attachments import PICTURES, Attachment, FileAttachment, JoinWayAttachment, LinkAttachment
from weloop.content.code_pictures import CodePictureShelf, Picture, Pictures, draw_code
from weloop.content.feeds import look_at_new_account, refresh_articles, start_all
from weloop.content.media import MediaShelf
from weloop.content.message_templates import (
    MessageTemplate,
    find_templates,
    refresh_templates,
)
from weloop.content.models import ArticleRow
from weloop.content.scripts import list_scripts
from weloop.content.store import FileStore
from weloop.content.template_rules import fill, find_misfit, is_too_long
from weloop.contracts.errors import InvalidInput
from weloop.kit.unit import UnitOfWork

__all__ = [
    "ARTICLES_TOPIC",
    "PICTURES",
    "ArticleFeed",
    "ArticleInfo",
    "ArticleKind",
    "Attachment",
    "CodePictureShelf",
    "FileAttachment",
    "FileRef",
    "FileStore",
    "JoinWayAttachment",
    "LinkAttachment",
    "MediaShelf",
    "MessageTemplate",
    "Picture",
    "Pictures",
    "check_article",
    "draw_code",
    "enter_link",
    "fill",
    "find_articles",
    "find_files",
    "find_misfit",
    "find_templates",
    "get_article",
    "get_draft_id",
    "is_too_long",
    "list_articles",
    "list_feeds",
    "list_scripts",
    "look_at_new_account",
    "move_article",
    "need_files",
    "read_article_reads",
    "refresh_articles",
    "refresh_templates",
    "start_all",
    "sum_article_reads",
]


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file as other modules know it; ``size`` in bytes."""

    id: int
    name: str
    mime: str
    size: int


class ArticleKind(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    LINKED = "linked"


@dataclass(frozen=True, slots=True)
class ArticleInfo:
    """An article as other modules know it. ``counted``: official figures of it may come."""

    id: int
    account_id: int | None
    title: str
    url: str
    kind: ArticleKind
    published_at: datetime | None
    campaign_id: int | None
    gone: bool
    counted: bool


@dataclass(frozen=True, slots=True)
class ArticleFeed:
    """How far an account was fetched: the articles when, the figures of all days before ``next_day``."""

    account_id: int
    articles_at: datetime | None
    next_day: date
    failure: Mapping[str, Any] | None


async def find_files(unit: UnitOfWork, ids: Sequence[int]) -> list[FileRef]:
    """Those of the files that exist."""
    rows = await repository.find_files(unit.session, ids)
    return [FileRef(row.id, row.name, row.mime, row.size) for row in rows]


async def need_files(unit: UnitOfWork, ids: Collection[int]) -> list[FileRef]:
    """All of the files; InvalidInput where one is not there."""
    found = await find_files(unit, sorted(ids)) if ids else []
    missing = set(ids) - {each.id for each in found}
    if missing:
        raise InvalidInput("there is no such file", code="file_not_found", file_id=min(missing))
    return found


async def get_article(unit: UnitOfWork, article_id: int) -> ArticleInfo:
    """One article, gone or not; NotFound."""
    return article_info(await load_article(unit, article_id))


async def check_article(unit: UnitOfWork, article_id: int | None) -> None:
    """Refuse to put a code at the foot of an article that is unknown or gone. None: at no article's foot."""
    if article_id is None:
        return
    row = await article_rows.get_article(unit.session, article_id)
    if row is None or row.gone:
        raise InvalidInput("there is no such article", code="article_unknown", article_id=article_id)


async def get_draft_id(unit: UnitOfWork, article_id: int) -> str:
    """The media id of a draft, as an account's 群发 takes it; InvalidInput for anything else."""
    row = await article_rows.get_article(unit.session, article_id)
    if row is None or row.gone or row.kind != ArticleKind.DRAFT or row.draft_key is None:
        raise InvalidInput("there is no such draft", code="broadcast_no_draft", article_id=article_id)
    return row.draft_key.rpartition("#")[0]


async def find_articles(unit: UnitOfWork, ids: Collection[int]) -> dict[int, ArticleInfo]:
    """Those of these articles that exist, gone or not, by id."""
    return {row.id: article_info(row) for row in await article_rows.find_articles(unit.session, ids)}


async def list_articles(unit: UnitOfWork, *, gone: bool = False) -> list[ArticleInfo]:
    """All articles: drafts, then the newest first; an installation has some hundreds."""
    return [article_info(row) for row in await article_rows.list_articles(unit.session, gone=gone)]


async def read_article_reads(
    unit: UnitOfWork, first: date | None = None, last: date | None = None, ids: Sequence[int] | None = None
) -> Mapping[tuple[int, date], int]:
    """官方统计: persons who read by (article, Beijing day), of these days and articles; None: no bound."""
    return await article_rows.read_by_day(unit.connection, first, last, ids)


async def sum_article_reads(unit: UnitOfWork, first: date | None = None, last: date | None = None) -> Mapping[int, int]:
    """The same by article: the sum of its days. Whoever reads on two days counts on both."""
    return await article_rows.sum_by_article(unit.connection, first, last)


async def list_feeds(unit: UnitOfWork) -> list[ArticleFeed]:
    """All accounts whose articles are fetched."""
    rows = await article_rows.list_feeds(unit.session)
    return [ArticleFeed(row.account_id, row.articles_at, row.next_day, row.failure) for row in rows]


def article_info(row: ArticleRow) -> ArticleInfo:
    """An article as other modules know it."""
    place = (row.id, row.account_id, row.title, row.url, ArticleKind(row.kind))
    return ArticleInfo(*place, row.published_at, row.campaign_id, row.gone, row.kind == "published")
