"""草稿箱 drafts and 发布 published articles, without their texts."""

from collections.abc import Sequence
from dataclasses import dataclass

from wxapi.caller import Caller
from wxapi.fields import Object, flag, number, object_of, objects, text

PAGE = 20
"""At most so many a call."""


@dataclass(frozen=True, slots=True)
class Article:
    """One article of a message. ``url`` of a draft is a preview that ends; of a published one it is its address."""

    title: str
    author: str
    digest: str
    url: str
    deleted: bool


@dataclass(frozen=True, slots=True)
class ArticleMessage:
    """Up to eight articles under one id: a draft's media id, or a published message's article id. Unix seconds."""

    id: str
    created_at: int
    updated_at: int
    articles: Sequence[Article]


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """Some of ``total`` messages, the newest first."""

    total: int
    messages: Sequence[ArticleMessage]


class Articles:
    """``/cgi-bin/draft`` and ``/cgi-bin/freepublish``."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def list_drafts(self, offset: int = 0, count: int = PAGE) -> ArticlePage:
        """Drafts that were neither sent nor published."""
        return await self._list("/cgi-bin/draft/batchget", "media_id", offset, count)

    async def list_published(self, offset: int = 0, count: int = PAGE) -> ArticlePage:
        """What was published; verified accounts only (48001)."""
        return await self._list("/cgi-bin/freepublish/batchget", "article_id", offset, count)

    async def _list(self, path: str, id_name: str, offset: int, count: int) -> ArticlePage:
        reply = await self._caller.post(path, {"offset": offset, "count": count, "no_content": 1})
        return ArticlePage(number(reply, "total_count"), [_read(item, id_name) for item in objects(reply, "item")])


def _read(item: Object, id_name: str) -> ArticleMessage:
    content = object_of(item, "content")
    updated_at = number(item, "update_time") or number(content, "update_time")
    articles = [
        Article(
            title=text(news, "title"),
            author=text(news, "author"),
            digest=text(news, "digest"),
            url=text(news, "url"),
            deleted=flag(news, "is_deleted"),
        )
        for news in objects(content, "news_item")
    ]
    return ArticleMessage(text(item, id_name), number(content, "create_time") or updated_at, updated_at, articles)
