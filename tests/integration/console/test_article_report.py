"""The measured stage of a path: official reads and friends by footer codes, equal to a naive recount of the rows."""

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from weloop.contracts.events import EventKind, NewEvent
from weloop.contracts.identities import IdentityKind, IdentityRef
from weloop.entrypoints.bootstrap import build_handlers, build_writers
from weloop.inbox.api import Dispatcher, SubjectKeys
from weloop.kit.clock import WorldClock
from weloop.kit.db import run
from weloop.kit.seal import Vault
from weloop.kit.unit import Units
from weloop.paths.api import PathBuilder

from .test_articles import Desk, SourceDesk, desk, source_desk

__all__ = ["desk", "source_desk"]

FIRST, LAST = date(2026, 11, 2), date(2026, 11, 15)
BEGIN = datetime(2026, 10, 20, 16, 0, tzinfo=UTC)
"""Midnight in Beijing of 21 October: before the period and the one before it."""


async def live(desk: Desk, events: Sequence[NewEvent]) -> None:
    """Let the product handle events."""
    keys = SubjectKeys(Vault(b"k" * 32))
    units = Units(desk.console.engine, WorldClock(), build_writers(keys))
    async with units.begin() as unit:
        for event in events:
            unit.append(event)
    dispatcher, builder = Dispatcher(units, keys, build_handlers()), PathBuilder(units)
    while await dispatcher.work() or await builder.work():
        pass


def arrivals(codes: Sequence[str], people: int, seed: int) -> list[NewEvent]:
    """People who add one of two members by some code, some of them twice; every fifth becomes an MQL."""
    chance, events = random.Random(seed), []
    for number in range(people):
        subject = IdentityRef(IdentityKind.EXTERNAL_CONTACT, "ww1", f"wm{number:04d}")
        for each, staff in enumerate(("lina", "zhao")[: 1 + (number % 3 == 0)]):
            at = BEGIN + timedelta(days=chance.randrange(30), minutes=chance.randrange(1440))
            data = {"staff": staff, "state": chance.choice(codes)}
            events.append(NewEvent(1, EventKind.CONTACT_ADDED, f"add {number} {each}", at, subject, data))
        if number % 5 == 0:
            at = BEGIN + timedelta(days=32)
            data = {"lead_id": number, "from": "lead", "to": "mql"}
            events.append(NewEvent(1, EventKind.LEAD_ADVANCED, f"mql {number}", at, subject, data))
    return events


async def set_up(desk: Desk, sources: SourceDesk) -> tuple[int, dict[str, int], list[dict[str, Any]]]:
    """A path; six articles, two of them without a code, one with two; campaigns by name; all codes and one besides."""
    titles = [f"文章 {number}" for number in range(6)]
    await desk.start()
    await desk.boxes(published=titles)
    for number in range(24):
        reads = {title: 40 * (place + 1) + number for place, title in enumerate(titles)}
        await desk.figures(reads, published=titles if number == 0 else ())
    campaigns = {}
    for name, cost in (("甲", 900), ("乙", 0)):
        _, made = await desk.browser.post("/api/campaigns", {"name": name, "kind": "article"})
        campaigns[name] = made["id"]
        if cost:
            entry = {"name": "约稿", "amount": cost, "spent_on": str(FIRST)}
            await desk.browser.post(f"/api/campaigns/{made['id']}/costs", entry)
    codes = []
    for place, (title, campaign, mechanism) in enumerate(
        [
            ("文章 0", "甲", "name_card"),
            ("文章 0", "甲", "take_away"),
            ("文章 1", "甲", "take_away"),
            ("文章 2", "乙", "name_card"),
            ("文章 3", None, "name_card"),
        ]
    ):
        await desk.set_clock(datetime(2026, 11, 25, 4, 0, place, tzinfo=UTC))
        article = (await desk.find(title))["id"]
        place_of = {"campaign_id": campaigns.get(campaign or ""), "article_id": article, "mechanism": mechanism}
        await desk.browser.patch(f"/api/articles/{article}", {"campaign_id": place_of["campaign_id"]})
        codes.append(await sources.add(name=f"码 {place}", **place_of))
    codes.append(await sources.add(name="展位", campaign_id=campaigns["乙"]))
    status, path = await desk.browser.post("/api/paths", {"name": "主路径", "template": "b2b"})
    assert status == 201
    return path["id"], campaigns, codes


async def recount(desk: Desk, first: date, last: date) -> tuple[dict[int, int], dict[int, int]]:
    """(reads, friends) by article, row by row: each person once, where and when they came first."""
    async with desk.console.engine.begin() as connection:
        articles = {row.msgid: row.id for row in await run(connection, "SELECT id, msgid FROM article")}
        codes = {
            row.code: row.article_id
            for row in await run(connection, "SELECT code, article_id FROM state_code WHERE article_id IS NOT NULL")
        }
        persons = {row.id: row.person_id for row in await run(connection, "SELECT id, person_id FROM identity")}
        reads: Counter[int] = Counter()
        for row in await run(connection, "SELECT * FROM article_read"):
            if first <= row.day <= last:
                reads[articles[row.msgid]] += row.readers
        first_time: dict[int, tuple[datetime, str]] = {}
        for row in await run(connection, "SELECT * FROM relation WHERE staff <> '' ORDER BY state_at"):
            first_time.setdefault(persons[row.identity_id], (row.state_at, row.state))
    friends = Counter(
        codes[state]
        for at, state in first_time.values()
        if state in codes and first <= (at + timedelta(hours=8)).date() <= last
    )
    return dict(reads), dict(friends)


async def report(desk: Desk, path: int) -> dict[str, Any]:
    status, body = await desk.browser.get(f"/api/paths/{path}/report?first={FIRST}&last={LAST}")
    assert status == 200, body
    return dict(body)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_the_measured_hop_equals_a_naive_recount(desk: Desk, source_desk: SourceDesk, seed: int) -> None:
    path, campaigns, codes = await set_up(desk, source_desk)
    await live(desk, arrivals([code["state_code"] for code in codes], 150, seed))
    told = await report(desk, path)
    measured = told["hops"][0]["measured"]
    reads, friends = await recount(desk, FIRST, LAST)
    assert measured["layer"] == "official"
    assert {int(part["key"]): part["rate"]["entered"] for part in measured["articles"]} == reads
    assert {int(part["key"]): part["rate"]["passed"] for part in measured["articles"] if part["rate"]["passed"]} == (
        friends
    )
    assert (measured["rate"]["entered"], measured["rate"]["passed"]) == (sum(reads.values()), sum(friends.values()))
    reads_before, friends_before = await recount(desk, FIRST - timedelta(days=14), FIRST - timedelta(days=1))
    before = measured["before"]
    assert (before["entered"], before["passed"]) == (sum(reads_before.values()), sum(friends_before.values()))
    for parts in ("campaigns", "mechanisms"):
        assert sum(part["rate"]["entered"] for part in measured[parts]) == sum(reads.values())
        assert sum(part["rate"]["passed"] for part in measured[parts]) == sum(friends.values())
    by_campaign = {part["key"]: part for part in measured["campaigns"]}
    assert by_campaign.keys() == {"0", str(campaigns["甲"]), str(campaigns["乙"])}
    assert (by_campaign[str(campaigns["甲"])]["name"], by_campaign[str(campaigns["甲"])]["cost"]) == ("甲", 900.0)
    assert (by_campaign["0"]["cost"], by_campaign[str(campaigns["乙"])]["cost"]) == (None, None)
    assert {part["key"] for part in measured["mechanisms"]} == {"take_away", "name_card", "no_code"}


async def test_hops_of_persons_are_told_by_campaign_and_article(desk: Desk, source_desk: SourceDesk) -> None:
    path, campaigns, codes = await set_up(desk, source_desk)
    await live(desk, arrivals([code["state_code"] for code in codes], 150, 5))
    hop = next(each for each in (await report(desk, path))["hops"] if each["key"] == "friend_mql")
    of = {code["state_code"]: code for code in codes}
    for parts, place in (("campaigns", "campaign_id"), ("articles", "article_id")):
        naive: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
        for part in hop["sources"]:
            naive[str(of[part["key"]][place] or 0)][0] += part["rate"]["entered"]
            naive[str(of[part["key"]][place] or 0)][1] += part["rate"]["passed"]
        if parts == "campaigns":  # what an article's campaign is, its codes' is
            assert {part["key"] for part in hop[parts]} == {"0", *(str(each) for each in campaigns.values())}
        told = {part["key"]: [part["rate"]["entered"], part["rate"]["passed"]] for part in hop[parts]}
        assert told == naive
    assert hop["measured"] is None


async def test_a_campaign_shows_its_leads_and_articles(desk: Desk, source_desk: SourceDesk) -> None:
    _, campaigns, codes = await set_up(desk, source_desk)
    await live(desk, arrivals([code["state_code"] for code in codes], 60, 4))
    async with desk.console.engine.begin() as connection:
        await run(connection, "UPDATE lead SET mql_at = created_at WHERE id % 2 = 0")
        await run(connection, "UPDATE lead SET sql_at = created_at WHERE id % 6 = 0")
        leads = await run(connection, "SELECT state, mql_at, sql_at FROM lead")
    own = {code["state_code"] for code in codes if code["campaign_id"] == campaigns["甲"]}
    ours = [row for row in leads if row.state in own]
    _, shown = await desk.browser.get(f"/api/campaigns/{campaigns['甲']}")
    assert (shown["leads"], shown["qualified"], shown["sql"]) == (
        len(ours),
        sum(row.mql_at is not None for row in ours),
        sum(row.sql_at is not None for row in ours),
    )
    article = await desk.find("文章 0")
    foot = {code["state_code"] for code in codes if code["article_id"] == article["id"]}
    assert article["qualified"] == sum(row.mql_at is not None and row.state in foot for row in leads) > 0
    assert shown["leads"] > shown["qualified"] > shown["sql"] > 0
    assert sum(code["qualified"] for code in shown["code_list"]) == shown["qualified"]
    reads, _ = await recount(desk, date(2026, 1, 1), LAST + timedelta(days=60))
    assert {each["title"]: each["reads"] for each in shown["articles"]} == {
        title: reads[(await desk.find(title))["id"]] for title in ("文章 0", "文章 1")
    }


async def test_the_hop_to_mend_may_be_the_one_from_reading(desk: Desk, source_desk: SourceDesk) -> None:
    path, _, codes = await set_up(desk, source_desk)
    # The article with a take-away brings ten times as many of its readers.
    weights = [code["state_code"] for code in codes for _ in range(20 if code["name"] == "码 2" else 1)]
    await live(desk, arrivals(weights, 300, 7))
    told = await report(desk, path)
    assert told["weakest"]["hop"] == "read_friend"
    assert told["weakest"]["basis"] == "own"
    assert told["weakest"]["rate"] == told["hops"][0]["measured"]["rate"]
    best = max(told["hops"][0]["measured"]["articles"], key=lambda part: part["rate"]["value"])
    assert told["weakest"]["target"] == pytest.approx(best["rate"]["value"])


async def test_without_official_figures_the_stage_is_of_persons_alone(desk: Desk) -> None:
    _, path = await desk.browser.post("/api/paths", {"name": "主路径", "template": "b2b"})
    assert path["stages"][0]["measured"] == "article_reads"
    assert all(hop["measured"] is None for hop in (await report(desk, path["id"]))["hops"])
    _, plain = await desk.browser.post("/api/paths", {"name": "门店", "template": "store"})
    assert {stage["measured"] for stage in plain["stages"]} == {""}
