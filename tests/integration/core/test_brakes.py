"""Accounts that people turn away from, on the database: judged by what is usual, held, and let go again."""

import itertools
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.integration.core.scripted import NOON, ScriptedSender, enqueue, have_followers, relays, set_time, work_off

from weloop.access.api import CurrentUser, Role
from weloop.accounts.api import What, list_troubles
from weloop.contracts.commands import Command, CommandName, Delivery, Occasion
from weloop.contracts.errors import NotFound
from weloop.contracts.events import EventKind, NewEvent
from weloop.features.doctor.brakes import lift, look_for_leavers
from weloop.kit.db import run
from weloop.kit.unit import Units
from weloop.outbox.api import Relay

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LEFT, DELETED = EventKind.FOLLOWER_UNSUBSCRIBED, EventKind.CONTACT_REMOVED
_numbers = itertools.count(1)
ADMIN = CurrentUser(7, "admin", "管理员", Role.ADMIN, "zh-CN", "light", "", b"")


@pytest.fixture
async def world(engine: AsyncEngine, units: Units) -> Units:
    """Two official accounts with the same followers, known for long; both sent marketing today. It is noon."""
    set_time(units, NOON)
    async with engine.begin() as connection:
        await run(
            connection,
            """
            INSERT INTO account (id, kind, name, app_id, api_base, callback_key, state, service_type, created_at,
                                 updated_at)
            OVERRIDING SYSTEM VALUE
            SELECT n, 'official_account', 'a' || n, 'a' || n, 'http://localhost', 'a' || n, 'ready', 'service', $1, $1
            FROM generate_series(1, 2) AS n
            """,
            NOON - 60 * DAY,
        )
        await have_followers(connection, 900)
    await sell(units, 1, 2)
    return units


@pytest.fixture
def make_relay(world: Units) -> Callable[..., Relay]:
    """Makes relays on one sender."""
    return relays(world)


async def sell(units: Units, *accounts: int) -> None:
    """Marketing of these accounts goes out today, as far as the day's counts tell."""
    async with units.begin() as unit:
        for account in accounts:
            sql = "INSERT INTO message_day VALUES ($2::date, $1, 'marketing', 'sent', '', 5) ON CONFLICT DO NOTHING"
            await run(unit.connection, sql, account, unit.now)


async def leave(
    units: Units, people: Iterable[int], *, account: int = 1, kind: EventKind = LEFT, ago: timedelta = HOUR
) -> None:
    async with units.begin() as unit:
        for person in people:
            dedupe, at = f"left {next(_numbers)}", unit.now - ago
            unit.append(NewEvent(account_id=account, kind=kind, dedupe=dedupe, occurred_at=at, identity_id=person))


async def complain(units: Units, people: Iterable[int], ago: timedelta = HOUR) -> None:
    async with units.begin() as unit:
        for person in people:
            sql = "INSERT INTO consent_entry (identity_id, act, at, user_id) VALUES ($1, 'complaint_opened', $2, 7)"
            await run(unit.connection, sql, person, unit.now - ago)


async def look(units: Units) -> list[tuple[int, str, int, float]]:
    """Judge; what stands then: (account, what, lately, usual)."""
    async with units.begin() as unit:
        await look_for_leavers(unit)
    async with units.begin() as unit:
        return [
            (each.account_id, str(each.what), each.lately, each.usual)
            for each, _ in await list_troubles(unit)
            if each.off_until is None
        ]


async def test_more_than_twice_the_usual_and_not_the_other_account(world: Units) -> None:
    for day in range(1, 29):  # five a day, within each of the 28 days before the last 24 hours
        await leave(world, range(day * 5, day * 5 + 5), ago=day * DAY + HOUR)
    await leave(world, range(200, 300), ago=29 * DAY + HOUR)  # longer ago: no usual day any more
    await leave(world, range(300, 310))
    assert await look(world) == [], "twice as many is not more than twice"
    await leave(world, [310])
    assert await look(world) == [(1, str(What.LEAVING), 11, 5.0)]
    await leave(world, range(311, 321), ago=25 * HOUR)
    found = await look(world)
    assert found == [(1, str(What.LEAVING), 11, 150 / 28)], "the account is judged anew, by what is known now"


async def test_small_numbers_raise_no_alarm(world: Units) -> None:
    await leave(world, range(1, 10))
    assert await look(world) == []
    await leave(world, range(1, 10), ago=2 * HOUR)
    assert await look(world) == [], "who leaves twice in a day is one"
    await leave(world, [10])
    assert await look(world) == [(1, "leaving", 10, 0.0)]


async def test_what_our_own_members_do_does_not_count(world: Units) -> None:
    await leave(world, range(1, 50), kind=DELETED)
    assert await look(world) == []
    await leave(world, range(1, 50), kind=EventKind.CONTACT_LOST)
    assert await look(world) == [(1, "leaving", 49, 0.0)]


async def test_an_account_that_is_known_for_few_days_has_its_own_usual(world: Units) -> None:
    async with world.begin() as unit:
        await run(unit.connection, "UPDATE account SET created_at = $1", NOON - 3 * DAY)
    for day in (0, 1, 2):
        await leave(world, range(day * 20, day * 20 + 20), ago=day * DAY + HOUR)
    assert await look(world) == [], "twenty a day is usual there"


async def test_only_who_sends_marketing_is_judged(world: Units) -> None:
    async with world.begin() as unit:
        await run(unit.connection, "UPDATE message_day SET day = day - 2")
    await leave(world, range(1, 30))
    assert await look(world) == []
    mass = EventKind.MASS_JOB_FINISHED
    await leave(world, [1], account=2, kind=mass)
    assert await look(world) == []
    await leave(world, [1], kind=mass)
    assert [each[:2] for each in await look(world)] == [(1, "leaving")], "群发 goes by no message of the outbox"
    async with world.begin() as unit:
        await run(unit.connection, "UPDATE account SET state = 'disabled'")
    assert await look(world) == []


async def test_complaints_are_apart_and_concern_the_accounts_of_the_person(world: Units) -> None:
    await complain(world, [1, 2])
    await complain(world, [2], ago=2 * HOUR)
    assert await look(world) == [], "two persons"
    await complain(world, [3])
    assert await look(world) == [(1, "complaining", 3, 0.0)], "nobody of them knows the other account"
    await complain(world, range(10, 60), ago=3 * DAY)
    assert await look(world) == [], "that is usual"


def _message(number: int, **changes: Any) -> Command:
    given: dict[str, Any] = {"body": {"text": "您好"}, "account_id": 1, "delivery": Delivery.AT_MOST_ONCE, **changes}
    return Command(f"m{number}", CommandName.SEND_SERVICE_MESSAGE, subject_id=number, **given)


async def test_marketing_waits_and_goes_on_by_itself(
    engine: AsyncEngine, world: Units, make_relay: Callable[..., Relay]
) -> None:
    await leave(world, range(101, 120))
    await look(world)
    async with world.begin() as unit:
        await run(unit.connection, "INSERT INTO sign_up VALUES (3, 5, $1, 1)", NOON)
    service = {"occasion": Occasion(campaign_id=5)}
    await enqueue(world, _message(1), _message(2, account_id=2), _message(3, **service))
    await enqueue(world, _message(4, occasion=Occasion(answers=NOON)))
    sender = ScriptedSender()
    await work_off(make_relay(sender))
    assert sorted(sender.sent) == ["m2", "m3", "m4"], "the other account, what was asked for, and answers"
    async with engine.connect() as connection:
        rows = await run(connection, "SELECT state, gates, due FROM command WHERE key = 'm1'")
    assert tuple(rows[0]) == ("queued", "account_braked", NOON + timedelta(minutes=10))

    set_time(world, NOON + 22 * HOUR)
    assert len(await look(world)) == 1, "nobody sends any more, and it stands"
    set_time(world, NOON + DAY)
    assert await look(world) == []
    await work_off(make_relay(sender))
    assert "m1" in sender.sent


async def test_it_is_ended_early_and_not_raised_again_for_a_day(world: Units, make_relay: Callable[..., Relay]) -> None:
    await leave(world, range(101, 120))
    await complain(world, range(111, 120))
    assert {each[1] for each in await look(world)} == {"leaving", "complaining"}
    await enqueue(world, _message(1))
    sender = ScriptedSender()
    await work_off(make_relay(sender))
    for what in (What.LEAVING, What.COMPLAINING):
        assert sender.sent == [], "either holds"
        async with world.begin() as unit:
            await lift(unit, ADMIN, 1, what, "退订的是抽奖来的人")
        await work_off(make_relay(sender))
    assert sender.sent == ["m1"], "at once"
    async with world.begin() as unit:
        acts = await run(unit.connection, "SELECT act, object, detail FROM audit_entry ORDER BY id")
        assert [tuple(each) for each in acts] == [
            ("brake_lifted", "account:1", {"what": what, "reason": "退订的是抽奖来的人"})
            for what in ("leaving", "complaining")
        ]
    with pytest.raises(NotFound):
        async with world.begin() as unit:
            await lift(unit, ADMIN, 1, What.LEAVING, "?")

    await leave(world, range(201, 300))
    assert await look(world) == []
    set_time(world, NOON + 2 * HOUR)
    async with world.begin() as unit:  # nobody leaves any more
        await run(unit.connection, "UPDATE event SET occurred_at = occurred_at - interval '40 days'")
    assert await look(world) == []
    set_time(world, NOON + DAY - timedelta(seconds=1))
    await sell(world, 1)
    await leave(world, range(301, 340))
    assert await look(world) == [], "usual in between or not"
    set_time(world, NOON + DAY)
    assert [each[:3] for each in await look(world)] == [(1, "leaving", 39)]
    async with world.begin() as unit:
        assert [since for _, since in await list_troubles(unit)] == [NOON + DAY], "it began anew"


async def test_what_was_ended_early_and_is_usual_again_leaves_nothing(world: Units) -> None:
    await leave(world, range(101, 120))
    await look(world)
    async with world.begin() as unit:
        await lift(unit, ADMIN, 1, What.LEAVING, "已核实")
    set_time(world, NOON + DAY)
    await look(world)
    async with world.begin() as unit:
        assert await list_troubles(unit) == []


@pytest.mark.parametrize(("account", "what"), [(2, What.LEAVING), (1, What.COMPLAINING), (999, What.LEAVING)])
async def test_what_does_not_stand_cannot_be_ended(world: Units, account: int, what: What) -> None:
    await leave(world, range(101, 120))
    await look(world)
    with pytest.raises(NotFound):
        async with world.begin() as unit:
            await lift(unit, ADMIN, account, what, "?")
    assert len(await look(world)) == 1
