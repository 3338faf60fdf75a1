"""FetchArticles and FetchArticleReads: what an account wrote, and the official figures of who read it."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime

from weloop.connectors.attempts import BodyError, text
from weloop.connectors.manifests import load_manifest
from weloop.connectors.one_by_one import OneByOneSender
from weloop.contracts.commands import Command, Done
from weloop.contracts.json import JsonValue
from wxapi.errors import CallRejected
from wxapi.official_account import ArticleMessage, ArticlePage, OfficialAccountClient

BUCKET = "official_account_articles"
NOT_READY = 61503
"""The data of that day comes later."""


class FetchArticlesSender(OneByOneSender[OfficialAccountClient]):
    """All drafts and published articles, page by page."""

    bucket = BUCKET
    reads_only = True

    async def _carry_out(self, client: OfficialAccountClient, command: Command, now: datetime) -> Done:
        articles = client.articles
        drafts, all_drafts = await _read_pages(articles.list_drafts)
        published, all_published = await _read_pages(articles.list_published)
        return Done(
            {
                "whole": all_drafts and all_published,
                "fetched_at": now.timestamp(),
                "drafts": [row for message in drafts for row in _rows(message, message.updated_at)],
                "published": [
                    {**row, "deleted": article.deleted}
                    for message in published
                    for row, article in zip(_rows(message, message.created_at), message.articles, strict=True)
                ],
            }
        )


async def _read_pages(ask: Callable[[int, int], Awaitable[ArticlePage]]) -> tuple[list[ArticleMessage], bool]:
    """The messages of all pages up to the limit; whether these are all."""
    limits = load_manifest("official_account").limits
    size, found, total = limits["article_page"], list[ArticleMessage](), 0
    for number in range(limits["article_pages"]):
        page = await ask(number * size, size)
        found += page.messages
        total = page.total
        if not page.messages or len(found) >= total:
            break
    return found, len(found) >= total


def _rows(message: ArticleMessage, at: int) -> list[dict[str, JsonValue]]:
    """An article of a message is known by the message and its place in it."""
    return [
        {"id": message.id, "index": index, "title": article.title, "url": article.url, "at": at}
        for index, article in enumerate(message.articles)
    ]


class FetchArticleReadsSender(OneByOneSender[OfficialAccountClient]):
    """One day: two calls."""

    bucket = BUCKET
    reads_only = True

    async def _carry_out(self, client: OfficialAccountClient, command: Command, now: datetime) -> Done:
        day = _day(command)
        statistics = client.statistics
        try:
            published, reads = await statistics.list_published(day), await statistics.read_articles(day)
        except CallRejected as error:
            if error.errcode != NOT_READY:
                raise
            return Done({"day": str(day), "delayed": True, "published": [], "reads": []})
        return Done(
            {
                "day": str(day),
                "delayed": reads.delayed,
                "published": [{"msgid": each.msgid, "title": each.title, "url": each.url} for each in published],
                "reads": [{"msgid": each.msgid, "readers": each.readers} for each in reads.articles],
            }
        )


def _day(command: Command) -> date:
    try:
        return date.fromisoformat(text(command, "day"))
    except ValueError:
        raise BodyError("the command's day is none") from None
