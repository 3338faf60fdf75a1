"""Posts in Moments through the relay: judged by what their members posted, whatever the hour, exact under parallel
relays; what was not published in the end leaves room again."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.integration.core.scripted import NOON, ScriptedSender, enqueue, relays, set_time, work_off

from weloop.contracts.commands import Command, CommandName, Delivery, Occasion, Post
from weloop.contracts.errors import Rejected, Retryable, Uncertain
from weloop.kit.db import run
from weloop.kit.unit import Units
from weloop.outbox.api import Relay, keep_members

NIGHT = datetime(2026, 11, 4, 15, 0, tzinfo=UTC)
"""23:00 in Beijing, when no marketing leaves."""
DAY = timedelta(days=1)
MIDNIGHT = datetime(2026, 11, 4, 16, 0, tzinfo=UTC)


@pytest.fixture
def world(units: Units) -> Units:
    """At eleven in the evening; time moves when a test sets it."""
    set_time(units, NIGHT)
    return units


@pytest.fixture
def make_relay(world: Units) -> Callable[..., Relay]:
    """Makes relays on one sender."""
    return relays(world)


def _post(key: str, *members: str, advert: bool = False, creative: str = "", **changes: Any) -> Command:
    occasion = Occasion(advert=advert, post=Post(members, creative or key))
    return Command(
        key,
        CommandName.CREATE_MOMENT_TASK,
        1,
        {"staff": list(members)},
        Delivery.AT_MOST_ONCE,
        occasion=occasion,
        **changes,
    )


async def _members(engine: AsyncEngine) -> dict[str, list[str]]:
    async with engine.connect() as connection:
        rows = await run(connection, "SELECT key, occasion #> '{post,members}' AS members FROM command")
        return {row.key: row.members for row in rows}


async def _rows(engine: AsyncEngine) -> dict[str, Any]:
    async with engine.connect() as connection:
        rows = await run(connection, "SELECT key, state, due, gates, message_class, counted_at FROM command")
        return {row.key: row for row in rows}


async def test_quiet_hours_do_not_hold_a_post_and_it_counts_by_member(
    engine: AsyncEngine, world: Units, make_relay: Callable[..., Relay]
) -> None:
    sender = ScriptedSender()
    await enqueue(world, _post("first", "lina"))
    await work_off(make_relay(sender))
    await enqueue(world, _post("second", "wang", "lina"))
    await work_off(make_relay(sender))
    await enqueue(world, _post("other", "wang"))
    await work_off(make_relay(sender))
    rows = await _rows(engine)
    assert sender.sent == ["first", "second"]
    assert (rows["first"].message_class, rows["first"].counted_at) == ("moment", NIGHT)
    assert (rows["other"].state, rows["other"].gates, rows["other"].due) == ("queued", "frequency", MIDNIGHT)
    rest = rows["second:rest"]
    assert (rest.state, rest.gates, rest.due, rest.counted_at) == ("queued", "frequency", NIGHT + DAY, None)
    set_time(world, MIDNIGHT)
    await work_off(make_relay(sender))
    assert sender.sent[-1] == "other"
    set_time(world, NIGHT + DAY)
    await work_off(make_relay(sender))
    assert sender.sent[-1] == "second:rest"
    assert await _members(engine) == {
        "first": ["lina"],
        "second": ["wang"],
        "other": ["wang"],
        "second:rest": ["lina"],
    }
    async with engine.connect() as connection:
        days = await run(connection, "SELECT message_class, outcome, gate, n FROM message_day ORDER BY outcome, n")
    assert {(row.message_class, row.outcome, row.gate) for row in days} == {
        ("moment", "deferred", "frequency"),
        ("moment", "sent", ""),
    }


async def test_parallel_relays_ask_a_member_once_a_day(
    engine: AsyncEngine, world: Units, make_relay: Callable[..., Relay]
) -> None:
    sender = ScriptedSender()
    await enqueue(world, *(_post(f"p{number}", "lina") for number in range(8)))
    await asyncio.gather(*(work_off(make_relay(sender, in_flight=20, reserved=1)) for _ in range(3)))
    assert len(sender.sent) == 1
    assert sorted(row.state for row in (await _rows(engine)).values()) == ["queued"] * 7 + ["sent"]


async def test_on_its_last_day_a_post_waits_for_all_who_become_free_and_the_rest_is_told(
    engine: AsyncEngine, world: Units, make_relay: Callable[..., Relay]
) -> None:
    sender = ScriptedSender()
    await enqueue(world, _post("busy", "lina"), _post("same", "chen", creative="new"))
    await work_off(make_relay(sender))
    await enqueue(world, _post("new", "wang", "lina", "chen", expires_at=NIGHT + timedelta(hours=20)))
    await work_off(make_relay(sender))
    rows = await _rows(engine)
    assert (rows["new"].state, rows["new:rest"].state, rows["new:rest"].due) == ("sent", "queued", MIDNIGHT)
    set_time(world, MIDNIGHT)
    await work_off(make_relay(sender))
    rows = await _rows(engine)
    assert (rows["new:rest"].state, rows["new:rest:rest"].state, rows["new:rest:rest"].gates) == (
        "sent",
        "refused",
        "repeated",
    )
    assert sender.sent == ["busy", "same", "new", "new:rest"]


async def test_what_is_tried_again_and_divided_once_more_adds_to_its_rest(
    engine: AsyncEngine, world: Units, make_relay: Callable[..., Relay]
) -> None:
    sender = ScriptedSender()
    await enqueue(world, _post("first", "lina"))
    await work_off(make_relay(sender))
    await enqueue(world, _post("post", "lina", "wang", "chen"))
    await work_off(make_relay(ScriptedSender(Retryable("later", after=60))))
    await enqueue(world, _post("other", "wang"))
    await work_off(make_relay(sender))
    set_time(world, NIGHT + timedelta(minutes=2))
    await work_off(make_relay(sender))
    assert sender.sent == ["first", "other", "post"]
    members = await _members(engine)
    assert (members["post"], members["post:rest"]) == (["chen"], ["lina", "wang"])


@pytest.mark.parametrize("minutes", [10, 0])
async def test_what_is_tried_again_once_its_rest_leaves_has_another_rest(
    engine: AsyncEngine, world: Units, make_relay: Callable[..., Relay], minutes: int
) -> None:
    """The rest has left minutes before, or leaves at the same moment."""
    sender, again = ScriptedSender(), NIGHT + DAY + timedelta(minutes=minutes)
    await enqueue(world, _post("first", "lina"))
    await work_off(make_relay(sender))
    await enqueue(world, _post("post", "lina", "wang", "chen"))
    await work_off(make_relay(ScriptedSender(Rejected("no"))))
    set_time(world, NIGHT + DAY)
    await enqueue(world, _post("other", "wang", due=NIGHT + timedelta(hours=1)))
    async with engine.begin() as connection:
        await run(connection, "UPDATE command SET state = 'queued', due = $1 WHERE key = 'post'", again)
    await work_off(make_relay(sender))
    set_time(world, again)
    await work_off(make_relay(sender))
    assert sorted(sender.sent) == ["first", "other", "post", "post:rest"]
    members = await _members(engine)
    assert [members[f"post{rest}"] for rest in ("", ":rest", ":rest:rest")] == [["chen"], ["lina"], ["wang"]]


async def test_parallel_relays_divide_posts_once(
    engine: AsyncEngine, world: Units, make_relay: Callable[..., Relay]
) -> None:
    sender = ScriptedSender()
    await enqueue(world, *(_post(f"p{number}", "lina", f"m{number}") for number in range(8)))
    await asyncio.gather(*(work_off(make_relay(sender, in_flight=20, reserved=1)) for _ in range(3)))
    assert sorted(sender.sent) == [f"p{number}" for number in range(8)], "each for its own member at least"
    members = [members for key, members in (await _members(engine)).items() if key in sender.sent]
    assert sorted(map(len, members)) == [1] * 7 + [2]
    assert sum("lina" in each for each in members) == 1
    assert len(await _rows(engine)) == 15


async def test_an_advertisement_too_many_waits_and_then_leaves_or_says_why(
    engine: AsyncEngine, world: Units, make_relay: Callable[..., Relay]
) -> None:
    sender = ScriptedSender()
    await enqueue(world, _post("ad", "lina", advert=True), _post("late", "lina", advert=True, expires_at=MIDNIGHT))
    await work_off(make_relay(sender))
    rows = await _rows(engine)
    assert (rows["ad"].state, rows["ad"].gates) == ("queued", "advert_mix")
    assert (rows["late"].state, rows["late"].gates) == ("refused", "advert_mix")
    for day in (1, 2):
        set_time(world, NOON + timedelta(days=day))
        await enqueue(world, _post(f"value{day}", "lina"))
        await work_off(make_relay(sender))
    set_time(world, NOON + timedelta(days=3))
    await work_off(make_relay(sender))
    assert sender.sent == ["value1", "value2", "ad"]
    set_time(world, NOON + timedelta(days=6))
    await enqueue(world, _post("again", "lina", creative="value1", expires_at=NOON + timedelta(days=9)))
    await work_off(make_relay(sender))
    assert (await _rows(engine))["again"].gates == "repeated"


@pytest.mark.parametrize(("answer", "free"), [(Rejected("no"), True), (Uncertain("lost"), False)])
async def test_what_is_known_not_to_have_gone_does_not_count(
    world: Units, make_relay: Callable[..., Relay], answer: Any, free: bool
) -> None:
    await enqueue(world, _post("gone", "lina"))
    await work_off(make_relay(ScriptedSender(answer)))
    sender = ScriptedSender()
    await enqueue(world, _post("next", "lina"))
    await work_off(make_relay(sender))
    assert (sender.sent == ["next"]) is free


async def test_who_did_not_publish_it_may_post_again(world: Units, make_relay: Callable[..., Relay]) -> None:
    sender = ScriptedSender()
    await enqueue(world, _post("cancelled", "lina", "wang"))
    await work_off(make_relay(sender))
    async with world.begin() as unit:
        await keep_members(unit, "cancelled", ["wang"])
    await enqueue(world, _post("for lina", "lina"), _post("for wang", "wang"))
    await work_off(make_relay(sender))
    assert sender.sent == ["cancelled", "for lina"]
