"""The baseline over HTTP: articles and people equal a naive recount, and every role that reads reports sees it."""

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from weloop.access.api import Role
from weloop.kit.db import run

from .conftest import Console
from .test_articles import Desk, SourceDesk, desk, source_desk

__all__ = ["desk", "source_desk"]

EVIL = '=HYPERLINK("http://evil","点我") <img src=x onerror=alert(1)>'


async def baseline(desk: Desk) -> dict[str, Any]:
    status, body = await desk.browser.get("/api/baseline")
    assert status == 200, body
    found: dict[str, Any] = body
    return found


async def follow(desk: Desk, people: int, asked: int, joined: int, gone: int) -> None:
    """Followers of the official account; the last ``gone`` of them went away again."""
    at = datetime(2026, 11, 1, tzinfo=UTC)
    async with desk.console.engine.begin() as connection:
        for number in range(people):
            fetched = at if number < asked else None
            await run(
                connection,
                """
                INSERT INTO identity
                    (id, digest, kind, scope, value, person_id, first_seen_at, last_seen_at, fetched_at)
                VALUES ($1::bigint, decode('00', 'hex'), 'follower', 'wx', $1::bigint::text, $1::bigint, $2, $2, $3)
                """,
                1000 + number,
                at,
                fetched,
            )
            await run(
                connection,
                """
                INSERT INTO person (id, search, kinds, staff, first_seen_at, last_seen_at, resolved, conflict)
                VALUES ($1, '', '{follower}', '{}', $2, $2, $3, false)
                """,
                1000 + number,
                at,
                number < joined,
            )
            await run(
                connection,
                """
                INSERT INTO relation (account_id, identity_id, staff, added_at, added_event, ended_at, ended_event)
                VALUES ($1, $2, '', $3, 1, $4, $5)
                """,
                desk.account_id,
                1000 + number,
                at,
                datetime(2026, 11, 5, tzinfo=UTC) if number >= people - gone else None,
                2 if number >= people - gone else None,
            )


async def test_every_role_reads_it_and_nothing_is_there_yet(console: Console) -> None:
    for role in Role:
        browser = await console.signed_in(role)
        status, body = await browser.get("/api/baseline")
        assert status == 200
        assert (body["people"], body["findings"], body["articles"]["count"]) == ([], [], 0)
        assert body["missing"] == ["official_account", "history", "wecom"]
    status, body = await console.browser().get("/api/baseline")
    assert (status, body["code"]) == (401, "not_signed_in")


async def test_articles_and_followers_equal_a_recount(desk: Desk, source_desk: SourceDesk) -> None:
    titles = ["轴承", "水泵", "阀门", EVIL]
    await desk.start()
    await desk.boxes(drafts=["草稿"], published=titles)
    for number in range(12):
        reads = {title: 10 * (place + 1) + number for place, title in enumerate(titles)}
        await desk.figures(reads, published=titles if number == 0 else ())
    async with desk.console.engine.begin() as connection:
        await run(connection, "UPDATE article SET published_at = '2026-10-25T16:00Z' WHERE title <> '阀门'")
        await run(connection, "UPDATE article SET published_at = '2026-08-27T15:59Z' WHERE title = '阀门'")
    article = (await desk.find("轴承"))["id"]
    code = await source_desk.add(name="文末码", article_id=article)
    await desk.befriend(code["state_code"], *range(1, 13))
    await follow(desk, people=110, asked=60, joined=25, gone=10)

    shown = await baseline(desk)
    [account] = [each for each in shown["people"] if each["account_id"] == desk.account_id]
    assert (account["people"], account["joined"]["entered"], account["joined"]["passed"]) == (100, 60, 25)
    articles = shown["articles"]
    sums = {title: sum(10 * (place + 1) + n for n in range(12)) for place, title in enumerate(titles)}
    kept = [title for title in titles if title != "阀门"]
    assert {each["title"]: each["reads"] for each in articles["items"]} == {title: sums[title] for title in kept}
    assert (articles["count"], articles["reads"], articles["days"]) == (3, sum(sums[each] for each in kept), 12)
    assert articles["per_follower"] == pytest.approx(sum(sums[each] / 100 for each in kept) / 3)
    assert (articles["coded"]["passed"], articles["coded"]["entered"]) == (1, 3)
    assert (articles["friends"]["passed"], articles["friends"]["entered"]) == (12, sums["轴承"])
    assert shown["missing"] == ["history"]
    footer, unionid = shown["findings"]
    idle = sums["水泵"] + sums[EVIL]
    assert (footer["key"], footer["count"], footer["basis"]) == ("footer", 2, "own")
    assert footer["low"] == pytest.approx(idle * articles["friends"]["low"])
    assert footer["high"] == pytest.approx(idle * articles["friends"]["high"])
    assert (unionid["key"], unionid["count"]) == ("unionid", 35)


async def test_titles_stay_text_in_the_workbook(desk: Desk) -> None:
    await desk.start()
    await desk.boxes(published=[EVIL])
    async with desk.console.engine.begin() as connection:
        await run(connection, "UPDATE article SET published_at = '2026-11-20T04:00Z'")
    async with desk.browser.session.get(f"{desk.browser.url}/api/baseline/export.xlsx") as answer:
        assert answer.status == 200
        assert "baseline-2026-11-25.xlsx" in answer.headers["Content-Disposition"]
        content = await answer.read()
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert book.sheet_names == ["总览", "文章", "来源", "月份"]
    [_, row] = book.get_sheet_by_name("文章").to_python()
    assert row[0] == EVIL
    whole = [line[0] for line in book.get_sheet_by_name("总览").to_python()]
    assert "没有历史线索：导入历史名单（CSV / XLSX）" in whole
    assert b"<f>" not in content
