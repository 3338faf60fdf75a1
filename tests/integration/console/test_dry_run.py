"""Dry runs over HTTP: what the screen gets, and what is refused."""

from typing import Any

import pytest

from weloop.access.api import Role
from weloop.kit.db import run

from .conftest import Console
from .test_journeys import DRAFT, Desk, desk

__all__ = ["desk"]
ENTRY = {"events": [{"kind": "Tracked", "where": {"op": "is", "field": "event.name", "value": "Signup"}}]}
WAITING: dict[str, Any] = {
    "entry": ENTRY,
    "nodes": [
        {
            "id": "wait",
            "type": "wait",
            "timeout_seconds": 3600,
            "cases": [{"kind": "FollowerMessageReceived", "next": "end"}],
            "otherwise": "end",
        },
        {"id": "end", "type": "end", "outcome": "through"},
    ],
}


async def made(desk: Desk, draft: dict[str, Any] = WAITING) -> str:
    """A draft; answers the path of its dry runs."""
    status, journey = await desk.browser.post("/api/journeys", {"name": "试运行", "draft": draft})
    assert status == 201, journey
    return f"/api/journeys/{journey['id']}/dry-run"


async def known(desk: Desk, count: int) -> list[int]:
    """People who can be drawn as well."""
    people = await desk.people(count)
    async with desk.console.units.begin() as unit:
        await run(
            unit.connection,
            """
            INSERT INTO person (id, search, kinds, staff, first_seen_at, last_seen_at, resolved, conflict)
            SELECT id, '', '{visitor}', '{}', $2, $2, false, false FROM unnest($1::bigint[]) AS id
            """,
            people,
            unit.now,
        )
    return people


async def test_a_script_is_played_for_chosen_people(desk: Desk) -> None:
    path, [person] = await made(desk), await known(desk, 1)
    script = [{"after_seconds": 0, "trigger": 0}, {"after_seconds": 60, "trigger": 1}]
    ask = {
        "people": "chosen",
        "persons": [str(person), "7"],
        "starts_at": "2026-12-01T09:00:00+08:00",
        "script": script,
    }
    status, body = await desk.browser.post(path, ask)
    assert status == 200, body
    assert (body["missing"], body["entered"], body["ended"]) == (["7"], 1, {"through": 1})
    assert [node["results"] for node in body["nodes"]] == [{"event_0": 1}, {"finished": 1}]
    [passage] = body["people"][0]["passages"]
    assert (passage["entered_at"], passage["ended_at"]) == ("2026-12-01T01:00:00Z", "2026-12-01T01:01:00Z")
    assert [(step["node"], step["result"], step["seconds"]) for step in passage["steps"]] == [
        ("wait", "event_0", 60),
        ("end", "finished", 0),
    ]


async def test_without_a_script_the_first_trigger_happens(desk: Desk) -> None:
    path = await made(desk)
    await known(desk, 3)
    status, body = await desk.browser.post(path, {"people": "random", "count": 2})
    assert (status, body["entered"], body["ended"]) == (200, 2, {"through": 2}), body
    [kept] = (await desk.get("/api/journeys"))["items"]
    assert (kept["status"], kept["entered"]) == ("draft", 0)


async def test_the_draft_on_the_screen_goes_before_the_stored_one(desk: Desk) -> None:
    path, [person] = await made(desk), await known(desk, 1)
    status, body = await desk.browser.post(path, {"people": "chosen", "persons": [str(person)], "draft": DRAFT})
    assert (status, [node["node"] for node in body["nodes"]]) == (200, ["pause", "end"])


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        ({"people": "chosen", "persons": []}, "journey_dry_run_nobody"),
        ({"people": "chosen", "persons": ["99999999999999999999"]}, "invalid_input"),
        ({"people": "chosen", "persons": ["9999999999999999999"]}, "invalid_input"),
        ({"people": "entrants"}, "journey_dry_run_nobody"),
        ({"people": "random", "count": 201}, "invalid_input"),
        ({"people": "random", "starts_at": "2026-12-01T09:00:00"}, "invalid_input"),
        ({"people": "random", "starts_at": "9999-12-31T09:00:00Z"}, "invalid_input"),
        ({"people": "random", "draft": {"nodes": []}}, "journey_invalid"),
        ({"people": "random", "draft": {"nodes": [{"id": "a", "type": "send_sms"}]}}, "journey_invalid"),
        ({"people": "random", "script": [{"after_seconds": 0, "trigger": 9}]}, "invalid_input"),
        ({"people": "random", "script": [{"after_seconds": 0}]}, "invalid_input"),
        ({"people": "random", "script": [{"after_seconds": -1, "trigger": 0}]}, "invalid_input"),
        ({"people": "everybody"}, "invalid_input"),
    ],
)
async def test_what_cannot_be_played_is_refused(desk: Desk, ask: dict[str, Any], code: str) -> None:
    path = await made(desk)
    await known(desk, 1)
    status, body = await desk.browser.post(path, ask)
    assert (status, body["code"]) == (422, code), body


async def test_a_circle_of_waits_is_stopped(desk: Desk) -> None:
    draft = {"nodes": [{"id": "again", "type": "delay", "for_seconds": 1, "next": "again"}]}
    path = await made(desk, draft)
    await known(desk, 50)
    status, body = await desk.browser.post(path, {"people": "random", "count": 50})
    assert (status, body["code"], body["params"]["steps"]) == (422, "journey_dry_run_too_long", 20_000)


async def test_agents_may_not_and_an_unknown_journey_is_none(desk: Desk, console: Console) -> None:
    path = await made(desk)
    agent = await console.signed_in(Role.SDR)
    assert (await agent.post(path, {"people": "random"}))[0] == 403
    status, body = await desk.browser.post("/api/journeys/999/dry-run", {"people": "random"})
    assert (status, body["code"]) == (404, "journey_not_found")
