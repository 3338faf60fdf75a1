"""Articles and their official figures: the client and the senders against the simulator."""

from datetime import UTC, date, datetime

import pytest

from weloop.connectors.manifests import load_manifest
from weloop.contracts.commands import Command, CommandName, Delivery, Done, Outcome
from weloop.contracts.errors import CredentialExpired, Rejected
from wxapi.errors import CallRejected
from wxapi.official_account import OfficialAccountClient
from wxapi.transport import AiohttpTransport
from wxsim.clock import WorldClock
from wxsim.testing import Running, running
from wxsim.world.articles import Article, count_reads, publish, write_draft
from wxsim.world.demo import APPID

BEGIN = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""09:00 of a Monday in Beijing."""
MONDAY, TUESDAY, WEDNESDAY = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)
DAY = 86_400


@pytest.fixture
async def sim():
    """The demo world on that morning; its clock stands unless a test moves it."""
    async with running(clock=WorldClock(stepped=True, start=BEGIN.timestamp())) as simulator:
        yield simulator


async def send(senders, name: CommandName, **body: object) -> Outcome:
    command = Command("k1", name, 1, body, Delivery.AT_LEAST_ONCE, trace_id="trace-1")
    (outcome,) = await senders[name].send(1, [command], BEGIN)
    return outcome


async def done(senders, name: CommandName, **body: object) -> dict:
    outcome = await send(senders, name, **body)
    assert isinstance(outcome, Done), outcome
    return dict(outcome.result)


def draft(sim: Running, key: str, title: str = "") -> Article:
    return write_draft(sim.world, sim.world.accounts[APPID], key, title or f"文章 {key}")


def bring_out(sim: Running, key: str, title: str = "") -> Article:
    article = draft(sim, key, title)
    publish(sim.world, sim.world.accounts[APPID], article)
    return article


async def test_a_published_draft_leaves_the_box(sim: Running, account: OfficialAccountClient):
    article, other = draft(sim, "bearing", "轴承厂：停机时间怎样减少一半"), draft(sim, "pump")
    drafts = await account.articles.list_drafts()
    assert (drafts.total, {message.id for message in drafts.messages}) == (2, {article.draft_id, other.draft_id})
    sim.world.clock.advance(60)
    publish(sim.world, sim.world.accounts[APPID], article)
    assert [message.id for message in (await account.articles.list_drafts()).messages] == [other.draft_id]
    [message] = (await account.articles.list_published()).messages
    assert (message.id, message.created_at) == (article.article_id, sim.world.clock.unix())
    [published] = message.articles
    assert (published.title, published.url, published.deleted) == (article.title, article.url, False)


async def test_an_article_has_a_page(sim: Running, transport: AiohttpTransport):
    article = bring_out(sim, "x", "为什么 <MTBF> 会算错？")
    page = await transport.get(article.url, {})
    assert page.status == 200
    assert "为什么 &lt;MTBF&gt; 会算错？" in page.body.decode()
    assert (await transport.get(f"{sim.url}/mp.weixin.qq.com/s/nothing", {})).status == 404


@pytest.mark.parametrize("count", [0, 21, -1])
async def test_a_page_has_up_to_twenty(account: OfficialAccountClient, count: int):
    for ask in (account.articles.list_drafts, account.articles.list_published):
        with pytest.raises(CallRejected) as refused:
            await ask(0, count)
        assert refused.value.errcode == 40035


async def test_reads_are_counted_on_their_own_day(sim: Running, account: OfficialAccountClient):
    article, other = bring_out(sim, "a"), bring_out(sim, "b")
    count_reads(sim.world, article, 40)
    count_reads(sim.world, article, 2)
    sim.world.clock.advance(DAY)
    count_reads(sim.world, article, 7)
    count_reads(sim.world, other)
    monday = await account.statistics.read_articles(MONDAY)
    assert [(each.msgid, each.readers) for each in monday.articles] == [(article.msgid, 42)]
    assert not monday.delayed
    assert [(each.title, each.url) for each in await account.statistics.list_published(MONDAY)] == [
        (article.title, article.url),
        (other.title, other.url),
    ]
    sim.world.clock.advance(DAY)
    tuesday = await account.statistics.read_articles(TUESDAY)
    assert {each.msgid: each.readers for each in tuesday.articles} == {article.msgid: 7, other.msgid: 1}
    assert await account.statistics.list_published(TUESDAY) == []


async def test_data_is_ready_on_the_next_morning(sim: Running, account: OfficialAccountClient):
    async def errcode(day: date) -> int:
        try:
            await account.statistics.read_articles(day)
        except CallRejected as error:
            return error.errcode
        return 0

    assert [await errcode(day) for day in (MONDAY, TUESDAY, date(2025, 10, 31))] == [61501, 61501, 61501]
    sim.world.clock.advance(DAY - 3600 - 1)  # 07:59:59 of the next day
    assert await errcode(MONDAY) == 61503
    sim.world.clock.advance(1)
    assert await errcode(MONDAY) == 0


async def test_an_account_that_is_not_verified_has_neither(sim: Running, account: OfficialAccountClient):
    sim.world.accounts[APPID].verified = False
    for ask in (account.articles.list_published(), account.statistics.read_articles(MONDAY)):
        with pytest.raises(CallRejected) as refused:
            await ask
        assert refused.value.errcode == 48001


async def test_the_sender_reads_all_pages(sim: Running, senders):
    titles = {bring_out(sim, f"p{number}").title for number in range(45)}
    waiting = draft(sim, "d")
    found = await done(senders, CommandName.FETCH_ARTICLES)
    assert {row["title"] for row in found["published"]} == titles
    assert [(row["id"], row["index"], row["title"]) for row in found["drafts"]] == [(waiting.draft_id, 0, "文章 d")]
    assert (found["whole"], found["fetched_at"]) == (True, BEGIN.timestamp())


async def test_the_sender_says_when_pages_were_left_out(sim: Running, senders, monkeypatch: pytest.MonkeyPatch):
    limits = load_manifest("official_account").limits
    monkeypatch.setitem(limits, "article_pages", 2)  # type: ignore[arg-type]
    for number in range(45):
        bring_out(sim, f"p{number}")
    found = await done(senders, CommandName.FETCH_ARTICLES)
    assert (found["whole"], len(found["published"])) == (False, 40)


async def test_the_sender_fetches_a_day(sim: Running, senders):
    article = bring_out(sim, "a")
    count_reads(sim.world, article, 42)
    sim.world.clock.advance(DAY - 3601)
    late = await done(senders, CommandName.FETCH_ARTICLE_READS, day="2026-11-23")
    assert (late["delayed"], late["reads"]) == (True, [])
    sim.world.clock.advance(1)
    found = await done(senders, CommandName.FETCH_ARTICLE_READS, day="2026-11-23")
    assert found == {
        "day": "2026-11-23",
        "delayed": False,
        "published": [{"msgid": article.msgid, "title": article.title, "url": article.url}],
        "reads": [{"msgid": article.msgid, "readers": 42}],
    }


async def test_what_the_senders_refuse(sim: Running, senders):
    for body in ({}, {"day": "yesterday"}, {"day": 7}):
        assert isinstance(await send(senders, CommandName.FETCH_ARTICLE_READS, **body), Rejected)
    sim.world.accounts[APPID].verified = False
    outcome = await send(senders, CommandName.FETCH_ARTICLES)
    assert isinstance(outcome, CredentialExpired | Rejected)
    assert outcome.errcode == 48001
