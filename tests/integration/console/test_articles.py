"""Articles: fetched, matched, counted; codes at their feet; what the pages are told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
import sqlalchemy

from weloop.codes.api import get_code
from weloop.content.api import list_feeds, read_article_reads, refresh_articles, sum_article_reads
from weloop.content.feeds import follow_commands, ready_at, start_feed
from weloop.contracts.events import Event, EventKind
from weloop.kit.clock import set_world_clock
from weloop.kit.db import run

from .conftest import Browser, Console
from .test_sources import Desk as SourceDesk
from .test_sources import desk as source_desk

__all__ = ["source_desk"]

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
"""Noon of a Wednesday in Beijing."""
_ids = count(1)


@dataclass
class Desk:
    """An operator and the official account whose articles are fetched."""

    console: Console
    browser: Browser
    account_id: int
    hour: int = 0

    async def set_clock(self, moment: datetime) -> None:
        """Let the world stand still at a moment."""
        async with self.console.engine.begin() as connection:
            await set_world_clock(connection, moment, 0.0)
            await self.console.units.clock.refresh(connection)

    async def start(self) -> None:
        """As when the account is connected."""
        async with self.console.units.begin() as unit:
            await start_feed(unit, self.account_id)

    async def hear(self, *events: Event) -> None:
        """Hand events to the handler."""
        async with self.console.units.begin() as unit:
            await follow_commands(unit, events)

    async def boxes(self, drafts: Sequence[str] = (), published: Sequence[str] = (), *, whole: bool = True) -> Event:
        """The platform tells what the boxes hold, each article named by its title."""
        self.hour += 1
        at = NOW + timedelta(hours=self.hour)
        told = {
            "whole": whole,
            "fetched_at": at.timestamp(),
            "drafts": [{"id": f"D-{title}", "index": 0, "title": title, "url": "", "at": 1} for title in drafts],
            "published": [
                {"id": f"P-{title}", "index": 0, "title": title, "url": url_of(title), "at": 1_796_000_000,
                 "deleted": False}
                for title in published
            ],
        }  # fmt: skip
        event = outcome(self.account_id, "FetchArticles", f"articles:{self.hour}", at, result=told)
        await self.hear(event)
        return event

    async def pending(self) -> tuple[str, dict[str, Any], datetime]:
        """Key, body and due time of the command for figures that is on its way."""
        async with self.console.engine.begin() as connection:
            [row] = await run(
                connection,
                "SELECT c.key, c.body, c.due FROM command AS c JOIN article_feed AS f ON f.pending_key = c.key",
            )
        return row.key, row.body, row.due

    async def figures(self, reads: dict[str, int], published: Sequence[str] = (), *, delayed: bool = False) -> Event:
        """The platform answers the command for figures; articles are named by their titles."""
        key, body, _ = await self.pending()
        told = {
            "day": body["day"],
            "delayed": delayed,
            "published": [{"msgid": f"M-{title}", "title": title, "url": url_of(title)} for title in published],
            "reads": [{"msgid": f"M-{title}", "readers": readers} for title, readers in reads.items()],
        }
        event = outcome(self.account_id, "FetchArticleReads", key, NOW, result=told)
        await self.hear(event)
        return event

    async def fail(self, errcode: int) -> None:
        """The platform refuses the figures."""
        key, _, _ = await self.pending()
        await self.hear(
            outcome(
                self.account_id, "FetchArticleReads", key, NOW, kind=EventKind.COMMAND_FAILED,
                code="platform_rejected", errcode=errcode, reason="api unauthorized",
            )
        )  # fmt: skip

    async def articles(self, query: str = "") -> list[dict[str, Any]]:
        """As the list shows them."""
        status, body = await self.browser.get(f"/api/articles?size=100&{query}")
        assert status == 200, body
        items: list[dict[str, Any]] = body["items"]
        return items

    async def find(self, title: str) -> dict[str, Any]:
        """The one article with this title."""
        [found] = [each for each in await self.articles() if each["title"] == title]
        return found

    async def befriend(self, state: str, *persons: int, day: int = 20) -> None:
        """These persons became friends by that code, on that day of November."""
        async with self.console.engine.begin() as connection:
            await run(
                connection,
                """
                INSERT INTO identity (id, digest, kind, scope, value, person_id, first_seen_at, last_seen_at)
                SELECT n, decode('00', 'hex'), 'external_contact', 'ww', n::text, n, $2, $2 FROM unnest($1::bigint[]) n
                ON CONFLICT DO NOTHING
                """,
                list(persons),
                NOW,
            )
            await run(
                connection,
                """
                INSERT INTO relation
                    (account_id, identity_id, staff, added_at, added_event, state, state_at, state_event)
                SELECT 1, n, 'lina-' || $2, $3, 1, $2, $3, 1 FROM unnest($1::bigint[]) n
                """,
                list(persons),
                state,
                datetime(2026, 11, day, 3, 0, tzinfo=UTC),
            )


def url_of(title: str) -> str:
    return f"https://mp.weixin.qq.com/s/{title}"


def outcome(
    account_id: int, command: str, key: str, at: datetime, kind: EventKind = EventKind.COMMAND_SENT, **data: Any
) -> Event:
    """An event about a command."""
    known = {"command": command, "key": key, "ref": "", **data}
    return Event(next(_ids), account_id, kind, at, at, None, None, known, {}, (), None, "")


@pytest.fixture
async def desk(console: Console, source_desk: SourceDesk) -> Desk:
    browser = source_desk.browser
    account = {"kind": "official_account", "name": "山屿云", "app_id": "wx0123456789abcdef", "original_id": "gh_0a1b2c"}
    status, body = await browser.post("/api/accounts", account)
    assert status == 201, body
    async with console.engine.begin() as connection:
        await run(connection, "UPDATE account SET state = 'ready'")
    desk = Desk(console, browser, body["id"])
    await desk.set_clock(NOW)
    return desk


async def test_history_is_fetched_day_by_day_and_then_each_morning(desk: Desk) -> None:
    await desk.start()
    key, body, due = await desk.pending()
    assert (body, due) == ({"day": "2026-10-26"}, NOW), "thirty days back, at once"
    await desk.start()
    assert (await desk.pending())[0] == key, "one at a time, however often somebody asks"
    for number in range(30):
        assert (await desk.pending())[1] == {"day": str(date(2026, 10, 26) + timedelta(days=number))}
        await desk.figures({})
    _, body, due = await desk.pending()
    assert body == {"day": "2026-11-25"}
    assert due == ready_at(date(2026, 11, 25)) == datetime(2026, 11, 26, 0, 30, tzinfo=UTC)
    await desk.figures({}, delayed=True)
    assert (await desk.pending())[1] == {"day": "2026-11-25"}, "the same day again"
    async with desk.console.units.begin() as unit:
        [feed] = await list_feeds(unit)
    assert (feed.next_day, feed.failure) == (date(2026, 11, 25), None)


async def test_a_draft_stays_the_same_article_when_it_comes_out(desk: Desk) -> None:
    await desk.start()
    await desk.boxes(drafts=["轴承", "水泵"])
    before = await desk.find("轴承")
    assert (before["kind"], before["reads"], before["rate"], before["url"]) == ("draft", None, None, "")
    await desk.boxes(drafts=["水泵"], published=["轴承"])
    after = await desk.find("轴承")
    assert (after["id"], after["kind"], after["url"], after["reads"]) == (before["id"], "published", url_of("轴承"), 0)
    await desk.figures({"轴承": 60}, published=["轴承"])
    await desk.figures({"轴承": 40, "旧文": 7})
    assert (await desk.find("轴承"))["reads"] == 100
    assert len(await desk.articles()) == 2, "figures of what we do not know wait"
    await desk.boxes(published=["轴承"])
    assert [each["title"] for each in await desk.articles()] == ["轴承"], "a draft that was thrown away is gone"


async def test_what_is_sent_to_followers_is_in_no_box(desk: Desk) -> None:
    await desk.start()
    await desk.boxes(drafts=["群发"])
    draft = await desk.find("群发")
    await desk.figures({"群发": 12}, published=["群发"])
    await desk.boxes()
    sent = await desk.find("群发")
    assert (sent["id"], sent["kind"], sent["reads"], sent["gone"]) == (draft["id"], "published", 12, False)
    await desk.figures({}, published=["没见过"])
    assert (await desk.find("没见过"))["kind"] == "published"


async def test_half_a_list_throws_nothing_away(desk: Desk) -> None:
    await desk.start()
    await desk.boxes(drafts=["一", "二"])
    await desk.boxes(drafts=["二"], whole=False)
    assert {each["title"] for each in await desk.articles()} == {"一", "二"}


async def test_told_twice_and_too_late_changes_nothing(desk: Desk) -> None:
    await desk.start()
    old = await desk.boxes(drafts=["一"])
    new = await desk.boxes(published=["一"])
    figures = await desk.figures({"一": 5}, published=["一"])
    await desk.figures({"一": 9})

    async def state() -> list[tuple[Any, ...]]:
        async with desk.console.engine.begin() as connection:
            return [
                tuple(row)
                for table in ("article", "article_read", "article_feed", "command")
                for row in await run(connection, f"SELECT * FROM {table} ORDER BY 1, 2, 3")  # noqa: S608
            ]

    before = await state()
    await desk.hear(old, new, figures)
    await desk.hear(figures)
    assert await state() == before


async def test_a_late_day_is_completed_and_not_counted_twice(desk: Desk) -> None:
    await desk.start()
    await desk.figures({"一": 5}, published=["一"], delayed=True)
    await desk.figures({"一": 8})
    assert (await desk.find("一"))["reads"] == 8


async def test_a_refusal_is_shown_and_not_asked_again_every_day(desk: Desk) -> None:
    await desk.start()
    await desk.fail(48001)
    _, feeds = await desk.browser.get("/api/articles/feeds")
    assert feeds[0]["failure"]["params"]["errcode"] == 48001

    async def commands() -> int:
        async with desk.console.engine.begin() as connection:
            return len(await run(connection, "SELECT id FROM command WHERE name = 'FetchArticleReads'"))

    before = await commands()
    await refresh_articles(desk.console.units, NOW)
    assert await commands() == before
    status, started = await desk.browser.post("/api/articles/fetch")
    assert (status, started) == (202, {"accounts": 1})
    assert await commands() == before + 1
    await desk.fail(40013)
    await refresh_articles(desk.console.units, NOW)
    assert await commands() == before + 2, "what somebody may have mended is asked again"


async def test_friends_of_all_codes_count_once_and_the_rate_has_its_interval(
    desk: Desk, source_desk: SourceDesk
) -> None:
    await desk.start()
    await desk.boxes(published=["案例", "热点"])
    await desk.figures({"案例": 1000, "热点": 41_000}, published=["案例", "热点"])
    case, hot = await desk.find("案例"), await desk.find("热点")
    old = await source_desk.add(name="旧码", article_id=case["id"], mechanism="name_card")
    await desk.set_clock(NOW + timedelta(seconds=1))
    new = await source_desk.add(name="新码", article_id=case["id"], mechanism="take_away")
    other = await source_desk.add(name="热点码", article_id=hot["id"])
    assert (new["article_id"], new["mechanism"]) == (case["id"], "take_away")
    await desk.befriend(old["state_code"], 1, 2, 3, day=20)
    await desk.befriend(new["state_code"], 3, 4, day=22)
    await desk.befriend(other["state_code"], 5, day=22)

    shown = await desk.find("案例")
    assert (shown["friends"], shown["codes"], shown["mechanism"]) == (4, 2, "take_away")
    assert (shown["rate"]["entered"], shown["rate"]["passed"], shown["rate"]["few"]) == (1000, 4, False)
    assert shown["rate"]["low"] == pytest.approx(0.001556, abs=1e-6)  # Wilson, by hand
    assert shown["rate"]["high"] == pytest.approx(0.010240, abs=1e-6)
    _, page = await desk.browser.get("/api/articles")
    assert [(each["mechanism"], each["articles"], each["rate"]["passed"]) for each in page["mechanisms"]] == [
        ("take_away", 1, 4)
    ]
    assert [each["friends"] for each in await desk.articles("first=2026-11-21&last=2026-11-22")] == [1, 1]
    assert [each["title"] for each in await desk.articles("order=friends")] == ["案例", "热点"]
    assert [each["title"] for each in await desk.articles("order=rate&search=点")] == ["热点"]

    _, detail = await desk.browser.get(f"/api/articles/{case['id']}")
    assert [(code["name"], code["friends"]) for code in detail["code_list"]] == [("新码", 2), ("旧码", 3)]
    days = {each["day"]: (each["reads"], each["friends"]) for each in detail["days"]}
    assert (days["2026-10-26"], days["2026-11-20"], days["2026-11-22"]) == ((1000, 0), (0, 3), (0, 1))


async def test_reads_are_told_by_article_and_day(desk: Desk) -> None:
    await desk.start()
    await desk.figures({"一": 5, "二": 2}, published=["一", "二"])
    await desk.figures({"一": 1})
    one, two = (await desk.find("一"))["id"], (await desk.find("二"))["id"]
    first, second = date(2026, 10, 26), date(2026, 10, 27)
    async with desk.console.units.begin() as unit:
        assert await read_article_reads(unit) == {(one, first): 5, (two, first): 2, (one, second): 1}
        assert await read_article_reads(unit, second, second) == {(one, second): 1}
        assert await read_article_reads(unit, ids=[two]) == {(two, first): 2}
        assert await sum_article_reads(unit, first, second) == {one: 6, two: 2}


async def test_an_article_moves_with_its_codes(desk: Desk, source_desk: SourceDesk) -> None:
    await desk.start()
    await desk.boxes(drafts=["一"])
    article = await desk.find("一")
    source = await source_desk.add(article_id=article["id"])
    _, campaign = await desk.browser.post("/api/campaigns", {"name": "案例", "kind": "customer_story"})
    status, body = await desk.browser.patch(f"/api/articles/{article['id']}", {"campaign_id": campaign["id"]})
    assert (status, body["campaign_id"]) == (200, campaign["id"])
    async with desk.console.units.begin() as unit:
        code = await get_code(unit, source["state_code"])
    assert (code.campaign_id, code.article_id) == (campaign["id"], article["id"])
    assert len(await desk.articles(f"campaign={campaign['id']}")) == 1
    assert await desk.articles("campaign=0") == []


async def test_a_link_becomes_the_article_it_leads_to(desk: Desk) -> None:
    await desk.start()
    link = {"title": "案例（链接）", "url": url_of("案例") + "?from=timeline"}
    status, made = await desk.browser.post("/api/articles", {**link, "url": url_of("案例")})
    assert (status, made["kind"], made["reads"]) == (201, "linked", None)
    status, body = await desk.browser.post("/api/articles", {**link, "url": url_of("案例").replace("https", "http")})
    assert (status, body["code"], body["params"]["title"]) == (409, "article_exists", "案例（链接）")
    await desk.boxes(published=["案例"])
    found = await desk.find("案例")
    assert (found["id"], found["kind"]) == (made["id"], "published")


async def test_hostile_input_is_refused_in_words(desk: Desk, source_desk: SourceDesk) -> None:
    for body, code in (
        ({"title": "x", "url": "javascript:alert(1)"}, "invalid_input"),
        ({"title": "", "url": "https://a.example"}, "invalid_input"),
        ({"title": "坏\x07", "url": "https://a.example"}, "invalid_input"),
        ({"title": "x", "url": "https://a.example/" + "x" * 2048}, "invalid_input"),
        ({"title": "x", "url": "https://a.example", "campaign_id": 99}, "campaign_unknown"),
    ):
        status, answer = await desk.browser.post("/api/articles", body)
        assert (status, answer["code"]) == (422, code), body
    assert (await desk.browser.get("/api/articles/999"))[1]["code"] == "article_not_found"
    assert (await desk.browser.patch("/api/articles/999", {"campaign_id": None}))[1]["code"] == "article_not_found"
    assert (await desk.browser.get("/api/articles?first=2026-11-02&last=2026-11-01"))[0] == 422
    given = {"name": "码", "account_id": source_desk.account_id, "users": ["lina"], "article_id": 999}
    status, answer = await desk.browser.post("/api/sources", given)
    assert (status, answer["code"]) == (422, "article_unknown")


async def test_a_list_takes_as_many_questions_for_many_as_for_one(desk: Desk) -> None:
    await desk.start()
    statements: list[str] = []
    engine = desk.console.units.engine.sync_engine
    sqlalchemy.event.listen(engine, "before_cursor_execute", lambda *given: statements.append(given[2]))

    async def questions() -> int:
        statements.clear()
        await desk.articles()
        return len(statements)

    await desk.boxes(published=["一"])
    few = await questions()
    await desk.boxes(published=[f"文 {number}" for number in range(30)])
    assert await questions() == few
