"""Accounts that do not work, on the database: their messages wait, one tries, and all go on once it is over."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.integration.core.scripted import NOON, ScriptedSender, enqueue, have_followers, relays, set_time, work_off

from weloop.accounts.api import What, list_troubles
from weloop.contracts.accounts import AccountKind, CheckResult
from weloop.contracts.commands import Command, CommandName, Delivery, Occasion, Outcome
from weloop.contracts.errors import AccountBlocked, CapabilityLost, CredentialExpired
from weloop.features.doctor import repository as doctor
from weloop.features.doctor.deafness import judge_arrivals, look_for_silence
from weloop.features.doctor.repository import Arrivals
from weloop.features.doctor.service import ask_again
from weloop.kit.db import run
from weloop.kit.unit import Units
from weloop.outbox.api import Relay

TEN = timedelta(minutes=10)


@pytest.fixture
async def world(engine: AsyncEngine, units: Units) -> Units:
    """Two official accounts and their followers, one message for each; time moves when a test sets it."""
    set_time(units, NOON)
    async with engine.begin() as connection:
        for account_id in (1, 2):
            await run(
                connection,
                """
                INSERT INTO account (id, kind, name, app_id, api_base, callback_key, state, service_type, created_at,
                                     updated_at)
                OVERRIDING SYSTEM VALUE
                VALUES ($1, 'official_account', $2, $2, 'http://localhost', $2, 'ready', 'service', $3, $3)
                """,
                account_id,
                f"a{account_id}",
                NOON,
            )
        await have_followers(connection, 40)
    return units


@pytest.fixture
def make_relay(world: Units) -> Callable[..., Relay]:
    """Makes relays on one sender."""
    return relays(world)


def _message(number: int, **changes: Any) -> Command:
    given: dict[str, Any] = {"body": {"text": "您好"}, "account_id": 1, "delivery": Delivery.AT_MOST_ONCE, **changes}
    return Command(f"m{number}", CommandName.SEND_SERVICE_MESSAGE, subject_id=number, **given)


async def _states(engine: AsyncEngine) -> dict[str, tuple[str, str | None, datetime]]:
    async with engine.connect() as connection:
        rows = await run(connection, "SELECT key, state, gates, due FROM command")
        return {row.key: (row.state, row.gates, row.due) for row in rows}


async def _troubles(units: Units) -> list[tuple[int, str, str]]:
    async with units.begin() as unit:
        return [(each.account_id, str(each.what), each.capability) for each, _ in await list_troubles(unit)]


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (AccountBlocked("banned", 48004), (1, "blocked", "")),
        (CredentialExpired("bad secret", 40001), (1, "credential", "")),
        (CapabilityLost("not owned", 48001), (1, "capability", "SendServiceMessage")),
    ],
)
async def test_messages_wait_one_tries_and_all_go_on(
    engine: AsyncEngine,
    world: Units,
    make_relay: Callable[..., Relay],
    answer: Outcome,
    trouble: tuple[int, str, str],
) -> None:
    await enqueue(world, _message(1))
    await work_off(make_relay(ScriptedSender(answer)))
    assert await _troubles(world) == [trouble]
    await enqueue(world, *(_message(number) for number in range(2, 21)), _message(30, account_id=2))
    sender = ScriptedSender(answer)
    await work_off(make_relay(sender))
    assert sender.sent == ["m30"], "the other account sends"
    waiting = [state for key, state in (await _states(engine)).items() if key != "m30"]
    assert set(waiting) == {("queued", "account_unwell", NOON + TEN)}

    set_time(world, NOON + TEN)
    sender = ScriptedSender(answer)
    await asyncio.gather(*(work_off(make_relay(sender, in_flight=6, reserved=2)) for _ in range(3)))
    assert len([key for key in sender.sent if key != "m30"]) == 1, "one tries, whatever the number of relays"

    set_time(world, NOON + 2 * TEN)
    sender = ScriptedSender()
    await work_off(make_relay(sender))
    assert len(set(sender.sent)) == len(sender.sent) >= 20
    assert {state for state, _, _ in (await _states(engine)).values()} == {"sent"}
    assert [each for each in await _troubles(world) if each[0] == 1] == []


async def test_cards_to_members_wait_and_go_on_as_well(
    engine: AsyncEngine, world: Units, make_relay: Callable[..., Relay]
) -> None:
    def card(key: str, **changes: Any) -> Command:
        return Command(key, CommandName.SEND_STAFF_CARD, 1, {"users": ["lina"]}, Delivery.AT_MOST_ONCE, **changes)

    await enqueue(world, card("first"))
    await work_off(make_relay(ScriptedSender(CredentialExpired("bad secret", 40001))))
    await enqueue(world, card("second"), card("stale", expires_at=NOON + timedelta(minutes=5)))
    sender = ScriptedSender()
    await work_off(make_relay(sender))
    assert sender.sent == []
    states = await _states(engine)
    assert (states["stale"][0], states["stale"][1]) == ("refused", "account_unwell")
    assert states["second"] == states["first"] == ("queued", "account_unwell", NOON + TEN)
    set_time(world, NOON + TEN)
    await work_off(make_relay(sender))
    assert sorted(sender.sent) == ["first", "second"]


async def test_a_lost_right_holds_only_what_needs_it(
    engine: AsyncEngine, world: Units, make_relay: Callable[..., Relay]
) -> None:
    job = Command("job", CommandName.SEND_STAFF_CARD, 1, {"users": ["lina"]}, Delivery.AT_MOST_ONCE)
    await enqueue(world, job)
    await work_off(make_relay(ScriptedSender(CapabilityLost("not owned", 48001))))
    sender = ScriptedSender()
    await enqueue(world, _message(1))
    await work_off(make_relay(sender))
    assert (sender.sent, (await _states(engine))["job"][:2]) == (["m1"], ("queued", "account_unwell"))


async def test_answers_are_tried_all_the_same(world: Units, make_relay: Callable[..., Relay]) -> None:
    await enqueue(world, _message(1))
    await work_off(make_relay(ScriptedSender(AccountBlocked("banned", 48004))))
    sender = ScriptedSender()
    await enqueue(world, _message(2, occasion=Occasion(answers=NOON)))
    await work_off(make_relay(sender))
    assert sender.sent == ["m2"]


async def test_a_check_that_passes_lets_all_go_on_by_itself(
    engine: AsyncEngine, world: Units, make_relay: Callable[..., Relay]
) -> None:
    await enqueue(world, _message(1))
    await work_off(make_relay(ScriptedSender(CredentialExpired("bad secret", 40001))))
    answers = [CheckResult("platform_credential", "bad secret", 40001), CheckResult()]

    async def check(_account_id: int) -> CheckResult:
        return answers.pop(0)

    checkers = {AccountKind.OFFICIAL_ACCOUNT: check}
    await ask_again(world, checkers)
    sender = ScriptedSender()
    await work_off(make_relay(sender))
    assert sender.sent == []
    await ask_again(world, checkers)
    assert await _troubles(world) == []
    await work_off(make_relay(sender))
    assert "m1" in sender.sent, "not after ten minutes: at once"
    await ask_again(world, checkers)
    assert answers == [], "whose account works is not asked"


async def _arrive(units: Units, **moments: Any) -> None:
    async with units.begin() as unit:
        await doctor.note_arrivals(unit.connection, {1: Arrivals(NOON, **moments)})
        await judge_arrivals(unit, [1])


async def test_who_cannot_be_heard_gets_no_marketing_until_a_callback_is_believed(
    engine: AsyncEngine, world: Units, make_relay: Callable[..., Relay]
) -> None:
    await _arrive(world, verified_at=NOON - timedelta(minutes=9), refused_at=NOON, refused_status=401)
    assert await _troubles(world) == [], "one forged callback stops nothing"
    await _arrive(world, refused_at=NOON + timedelta(minutes=2), refused_status=401)
    assert await _troubles(world) == [(1, str(What.UNHEARD), "")]
    sender = ScriptedSender()
    await enqueue(world, _message(1))
    await work_off(make_relay(sender))
    assert (sender.sent, (await _states(engine))["m1"][1]) == ([], "account_deaf")
    await _arrive(world, verified_at=NOON + timedelta(minutes=3))
    await work_off(make_relay(sender))
    assert (sender.sent, await _troubles(world)) == (["m1"], [])


async def test_silence_is_noted_only_where_something_should_have_come(engine: AsyncEngine, world: Units) -> None:
    await _arrive(world, verified_at=NOON - timedelta(hours=30))
    async with world.begin() as unit:
        await run(
            unit.connection,
            "INSERT INTO message_day VALUES ('2026-11-03', 1, 'marketing', 'sent', '', 500),"
            " ('2026-11-04', 1, 'marketing', 'sent', '', 49), ('2026-11-04', 1, 'marketing', 'refused', 'quota', 9)",
        )
        await look_for_silence(unit)
    assert await _troubles(world) == []
    async with world.begin() as unit:
        await run(unit.connection, "UPDATE message_day SET n = 50 WHERE n = 49")
        await look_for_silence(unit)
    assert await _troubles(world) == [(1, str(What.SILENT), "")]
