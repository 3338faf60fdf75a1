"""Details that are kept no more: the API says so, and says what it still knows, instead of nothing or an error."""

from datetime import UTC, datetime
from typing import Any

from weloop.access.api import Role
from weloop.kit.db import run

from .conftest import Console

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


async def _put(console: Console, sql: str, *arguments: object) -> Any:
    async with console.engine.begin() as connection:
        return (await run(connection, sql, *arguments))[0][0]


async def test_the_result_of_an_old_broadcast_keeps_its_numbers(console: Console) -> None:
    browser = await console.signed_in(Role.ADMIN)
    number = await _put(
        console,
        """
        INSERT INTO broadcast (name, kind, account_id, audience, content, state, version, created_by, created_at,
                               updated_at, ended_at, removed_at, final_counts)
        VALUES ('公开课', 'service', 1, '{"kind": "list", "persons": ["7"]}', '{"text": "您好"}', 'done', 1, 1, $1, $1,
                $1, $1, '{"sent": 3, "failed": 1}') RETURNING id
        """,
        NOW,
    )
    status, shown = await browser.get(f"/api/broadcasts/{number}")
    assert (status, shown["counts"], shown["removed_at"]) == (200, {"sent": 3, "failed": 1}, "2026-11-23T04:00:00Z")
    status, page = await browser.get(f"/api/broadcasts/{number}/recipients")
    assert (status, page["items"], page["total"]) == (200, [], 0)
    status, problem = await browser.get(f"/api/broadcasts/{number}/recipients.csv")
    assert (status, problem["code"]) == (409, "recipients_removed")
    assert (await browser.get("/api/broadcasts"))[1]["items"][0]["counts"] == {"sent": 3, "failed": 1}


async def test_a_run_whose_steps_have_gone_says_how_it_ended_and_how_long_they_are_kept(console: Console) -> None:
    browser = await console.signed_in(Role.ADMIN)
    journey = await _put(
        console,
        "INSERT INTO journey (name, status, created_at, updated_at) VALUES ('唤醒', 'live', $1, $1) RETURNING id",
        NOW,
    )
    number = await _put(
        console,
        """
        WITH version AS (
            INSERT INTO journey_version (journey_id, number, definition, webhooks, published_at)
            VALUES ($1, 1, '{"nodes": []}', '{}', $2) RETURNING id
        )
        INSERT INTO journey_run (journey_id, version_id, entry_key, identity_id, unit, entered_at, began_at, ended_at,
                                 outcome)
        SELECT $1, id, 'once', 7, 7, $2, $2, $2, 'finished' FROM version RETURNING id
        """,
        journey,
        NOW,
    )
    status, shown = await browser.get(f"/api/journey-runs/{number}")
    assert (status, shown["steps"], shown["outcome"], shown["kept_days"]) == (200, [], "finished", 180)


async def test_what_the_rules_refused_says_how_long_it_is_kept(console: Console) -> None:
    browser = await console.signed_in(Role.SDR)
    status, page = await browser.get("/api/held-messages")
    assert (status, page["kept_days"], page["total"]) == (200, 180, 0)
