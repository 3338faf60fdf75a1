"""数据统计 (datacube) of articles: one day a call, of yesterday at most, ready after 08:00 (61503 before)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from wxapi.caller import Caller
from wxapi.fields import Object, flag, number, object_of, objects, text


@dataclass(frozen=True, slots=True)
class ArticleReads:
    """Persons who read an article on one day. ``msgid`` is the message's number and the article's place in it."""

    msgid: str
    readers: int


@dataclass(frozen=True, slots=True)
class ReadsOfDay:
    """All articles that were read on a day. ``delayed``: the platform says that more may come."""

    delayed: bool
    articles: Sequence[ArticleReads]


@dataclass(frozen=True, slots=True)
class PublishedArticle:
    """An article that came out on a day, sent to followers or only published."""

    msgid: str
    title: str
    url: str


class Statistics:
    """``/datacube``."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def read_articles(self, day: date) -> ReadsOfDay:
        """How many read each article on that day, whenever it came out."""
        reply = await self._ask("getarticleread", day)
        found = [
            ArticleReads(text(item, "msgid"), number(object_of(item, "detail"), "read_user"))
            for item in objects(reply, "list")
        ]
        return ReadsOfDay(flag(reply, "is_delay"), found)

    async def list_published(self, day: date) -> Sequence[PublishedArticle]:
        """What came out on that day, by the number under which its readers are counted."""
        reply = await self._ask("getarticletotaldetail", day)
        return [
            PublishedArticle(text(item, "msgid"), text(item, "title"), text(item, "content_url"))
            for item in objects(reply, "list")
        ]

    async def _ask(self, name: str, day: date) -> Object:
        return await self._caller.post(f"/datacube/{name}", {"begin_date": str(day), "end_date": str(day)})
