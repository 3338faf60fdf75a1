"""Tasks that members confirm: what is merged into one, how many a day, and what goes first when a day is full."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from weloop.contracts.identities import IdentityKind, IdentityRef
from weloop.features.broadcasts.api import BroadcastRunner
from weloop.features.broadcasts.models import BroadcastRow
from weloop.mass_tasks import maker
from weloop.mass_tasks.api import MassTaskMaker, Priority, Wish, find_held, load_counted, load_limits, put_content, wish

from .conftest import START, Stage
from .test_send_confirmed import connect

OPT_OUT = "INSERT INTO consent_entry (identity_id, act, at, user_id) VALUES ($1, 'opted_out', $2, 1)"
HIGH, NORMAL, LOW = Priority.HIGH, Priority.NORMAL, Priority.LOW


@pytest.fixture
async def customers(stage: Stage) -> list[int]:
    """Of linxiao."""
    await connect(stage)
    found = []
    for number in range(5):
        found += await stage.person(IdentityRef(IdentityKind.EXTERNAL_CONTACT, "ww1", f"wm{number}"))
        await stage.ask(
            "INSERT INTO relation (account_id, identity_id, staff, added_at) VALUES (1, $1, 'linxiao', $2)",
            found[-1],
            START,
        )
    return found


async def want(
    stage: Stage, words: str, customers: Sequence[int], priority: Priority = NORMAL, why: str = "x", **more: Any
) -> None:
    """Let linxiao say something to these."""
    async with stage.units.begin() as unit:
        content = await put_content(unit, words, ())
        keys = {f"{why}:{words}:{each}": each for each in customers}
        await wish(
            unit,
            [
                Wish(
                    key,
                    why,
                    1,
                    "linxiao",
                    each,
                    f"wm-{each}",
                    content,
                    **{"due": unit.now, "priority": priority, **more},
                )
                for key, each in keys.items()
            ],
        )


async def ask(stage: Stage) -> list[tuple[str, int]]:
    """Let members be asked as far as they may be now: (words, customers) of all tasks, in order."""
    while await MassTaskMaker(stage.units).work():
        pass
    rows = await stage.ask(
        "SELECT words, customers FROM mass_task AS t JOIN mass_content AS c ON c.id = content_id ORDER BY t.id"
    )
    return [tuple(row) for row in rows]


async def test_what_is_urgent_is_asked_first_and_the_rest_waits_for_the_next_day(
    stage: Stage, customers: list[int]
) -> None:
    for words, priority, customer in (("a", LOW, 0), ("b", NORMAL, 1), ("c", NORMAL, 2), ("d", HIGH, 3)):
        await want(stage, words, [customers[customer]], priority)
    assert await ask(stage) == [("d", 1), ("b", 1)]
    stage.clock.at += timedelta(hours=8)
    assert len(await ask(stage)) == 2
    stage.clock.at += timedelta(hours=16)
    assert await ask(stage) == [("d", 1), ("b", 1), ("c", 1), ("a", 1)]


async def test_what_waits_says_why_and_until_an_hour_in_which_members_are_asked(
    stage: Stage, customers: list[int]
) -> None:
    stage.clock.at = START - timedelta(minutes=72)  # 7:48 in Beijing
    await want(stage, "now", customers[:1])
    await want(stage, "at eight", customers[1:2], due=START - timedelta(hours=1))
    await want(stage, "at ten", customers[2:3], due=START + timedelta(hours=1))
    assert await ask(stage) == []

    async def held() -> dict[str, tuple[str, datetime]]:
        keys = [f"x:{words}:{customers[n]}" for n, words in enumerate(("now", "at eight", "at ten"))]
        async with stage.units.begin() as unit:
            found = await find_held(unit, keys)
        assert {each.state for each in found.values()} == {"queued"}
        return {key.split(":")[1]: (each.gates, each.due) for key, each in found.items()}

    later, gathers = ("member_later", START), ("task_gathers", START + timedelta(hours=1))
    assert await held() == {"now": later, "at eight": later, "at ten": gathers}
    stage.clock.at = START
    assert await ask(stage) == [("now", 1), ("at eight", 1)]
    tomorrow = START + timedelta(days=1)
    stage.clock.at = START + timedelta(hours=1)
    assert len(await ask(stage)) == 2
    assert await held() == {"at ten": ("member_later", tomorrow)}


async def test_the_same_words_of_journeys_and_broadcasts_are_one_task(stage: Stage, customers: list[int]) -> None:
    await want(stage, "a", customers[:2], why="journey:1")
    await want(stage, "a", customers[2:4], HIGH, why="broadcast:1")
    await want(stage, "b", customers[4:], why="journey:2")
    assert await ask(stage) == [("a", 4), ("b", 1)]


async def test_a_member_who_cannot_be_asked_keeps_no_other_waiting(stage: Stage, customers: list[int]) -> None:
    await want(stage, "a", customers[:1])
    await want(stage, "b", customers[1:2])
    await stage.ask("DELETE FROM mass_content WHERE words = 'a' RETURNING 1")
    await stage.ask("UPDATE mass_wish SET staff = 'wang' WHERE key LIKE '%:b:%' RETURNING 1")
    await stage.ask("INSERT INTO mass_queue (account_id, staff, due) VALUES (1, 'wang', $1) RETURNING 1", START)
    assert await ask(stage) == [("b", 1)]
    [row] = await stage.ask("SELECT staff, due FROM mass_queue")
    assert (row.staff, row.due) == ("linxiao", START + timedelta(minutes=1))


async def test_the_same_words_wished_twice_of_a_customer_are_one_message(stage: Stage, customers: list[int]) -> None:
    one, other, stranger = customers[:3]
    for why in ("journey:1", "broadcast:1", "journey:2"):
        await want(stage, "a", [one, other], why=why)
    await stage.ask(OPT_OUT, other, START)
    await want(stage, "a", [stranger])
    assert await ask(stage) == [("a", 2)]
    rows = await stage.ask("SELECT identity_id, state, message_class FROM mass_wish ORDER BY identity_id, id")
    found = {each: [(row.state, row.message_class) for row in rows if row.identity_id == each] for each in customers}
    assert found[one] == [("asked", "marketing"), ("asked", None), ("asked", None)]
    assert found[other] == [("failed", None)] * 3
    async with stage.units.begin() as unit:
        counted = await load_counted(unit, customers, START - timedelta(days=30))
    assert sorted(row.subject_id for row in counted) == sorted([one, stranger])


async def test_what_one_may_say_is_said_for_all_who_wish_it_and_an_advert_is_one_for_all(
    stage: Stage, customers: list[int]
) -> None:
    signed_up, sold_to = customers[:2]
    for each in (signed_up, sold_to):
        await stage.ask(OPT_OUT, each, START)
        await stage.ask("INSERT INTO sign_up VALUES ($1, 1, $2, 1)", each, START)
        await want(stage, "a", [each], why="journey:1")
        await want(stage, "a", [each], why="journey:2", campaign_id=1)
    await want(stage, "a", [sold_to], why="broadcast:1", advert=True)
    assert await ask(stage) == [("a", 1)]
    rows = await stage.ask("SELECT identity_id, state, message_class FROM mass_wish ORDER BY id")
    assert [tuple(row)[1:] for row in rows if row.identity_id == signed_up] == [("asked", None), ("asked", "service")]
    assert [tuple(row)[1:] for row in rows if row.identity_id == sold_to] == [("failed", None)] * 3


async def test_a_task_has_no_more_customers_than_the_platform_takes(
    stage: Stage, customers: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert load_limits().customers == 10_000
    monkeypatch.setattr(maker, "load_limits", lambda: replace(load_limits(), customers=2))
    await want(stage, "a", customers)
    assert await ask(stage) == [("a", 2), ("a", 2)]
    stage.clock.at += timedelta(days=1)
    assert await ask(stage) == [("a", 2), ("a", 2), ("a", 1)]


async def test_a_broadcast_hands_its_priority_on(stage: Stage, customers: list[int]) -> None:
    row: dict[str, Any] = {"kind": "mass_task", "account_id": 1, "content": {"text": "a"}, "version": 1}
    audience = {"kind": "list", "persons": [str(customers[0])]}
    made: datetime = stage.clock.at
    async with stage.units.begin() as unit:
        unit.session.add(
            BroadcastRow(
                **row,
                name="公开课",
                audience=audience,
                priority=HIGH,
                state="scheduled",
                next_at=made,
                created_by=1,
                created_at=made,
                updated_at=made,
            )
        )
    runner = BroadcastRunner(stage.units)
    while not await stage.number("SELECT count(*) FROM mass_wish"):
        await runner.work()
        stage.clock.at += timedelta(seconds=1)
    await want(stage, "b", customers[1:2])
    await want(stage, "c", customers[2:3])
    assert (await ask(stage))[0] == ("a", 1)
