"""The check of one message to many says what policy says of each."""

import random
from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.integration.core.scripted import NOON, set_time

from weloop.contracts.commands import Command, CommandName, Delivery, Occasion
from weloop.kit.db import run
from weloop.kit.unit import UnitOfWork, Units
from weloop.outbox.api import Gate, Window, foresee, foresee_each
from weloop.outbox.quotas import load_quotas, quotas_of

PEOPLE = 60
PERSONS = """
INSERT INTO identity (id, digest, kind, scope, value, person_id, first_seen_at, last_seen_at)
SELECT n, int4send(n::int), 'follower', 'wx', 'o' || n, n % $1, $2, $2 FROM generate_series(1, 2 * $1::int) AS n
"""
FOLLOWS = """
INSERT INTO relation (account_id, identity_id, staff, added_at, added_event)
SELECT 1, n, '', $2, 1 FROM generate_series(1, $1::int) AS n WHERE n % 9 > 0
"""
ACT = """
INSERT INTO consent_entry (identity_id, act, at, user_id, reason) VALUES ($1, $2, $3, 1, '')
"""
GOT = """
INSERT INTO command (key, name, account_id, body, delivery, lane, subject_id, due, created_at, state, queue, trace_id,
    ref, attempts, message_class, campaign_id, counted_at)
VALUES ($1, 'SendServiceMessage', 1, '{}', 'at_most_once', 2, $2, $3, $3, 'sent', '', '', '', 1, $4, $5, $3)
"""


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", [CommandName.SEND_SERVICE_MESSAGE, CommandName.SEND_MASS_MESSAGE])
async def test_many_at_once_fare_as_one_by_one(engine: AsyncEngine, units: Units, seed: int, name: CommandName) -> None:
    draw = random.Random(seed)
    at = NOON + timedelta(hours=draw.choice([0, 12]))
    set_time(units, NOON)
    async with engine.begin() as connection:
        await run(connection, PERSONS, PEOPLE, NOON)
        await run(connection, FOLLOWS, PEOPLE, NOON)
        for identity in draw.sample(range(1, 2 * PEOPLE), 30):
            act = draw.choice(["opted_out", "opted_in", "complaint_opened"])
            await run(connection, ACT, identity, act, NOON - timedelta(hours=draw.randrange(3)))
        for number in range(90):
            kind, campaign = draw.choice([("marketing", None), ("service", 1), ("service", 2)])
            moment = NOON - timedelta(minutes=draw.randrange(9 * 24 * 60))
            await run(connection, GOT, f"c{number}", draw.randrange(1, 2 * PEOPLE), moment, kind, campaign)
        for identity in draw.sample(range(1, PEOPLE), 20):
            await run(connection, "INSERT INTO sign_up VALUES ($1, 1, $2, 1)", identity, NOON)
            await run(connection, "INSERT INTO sales_talk VALUES ($1, $2)", identity + PEOPLE // 2, NOON)
    rooms = {n: Window(NOON + timedelta(hours=draw.randrange(48)), draw.randrange(2)) for n in range(1, PEOPLE - 5)}

    async def windows(_unit: UnitOfWork, identities: Collection[int]) -> dict[int, Window]:
        return {each: rooms[each] for each in identities if each in rooms}

    occasion = Occasion(campaign_id=1)
    life = at + timedelta(days=3)
    message = Command("", name, 1, {}, Delivery.AT_MOST_ONCE, expires_at=life, occasion=occasion)
    one_by_one = [(at, _for(message, identity)) for identity in range(1, PEOPLE)]
    async with units.begin() as unit:
        alone = await foresee(unit, one_by_one, windows=windows)
        many = await foresee_each(unit, message, at, range(1, PEOPLE), windows=windows)
    assert many == {identity: alone[str(identity)] for identity in range(1, PEOPLE)}
    gates = {reason.gate for each in many.values() for reason in each.reasons}
    assert len(gates) >= 4, "the draw must hold what can stop a message"


async def test_what_left_before_counts_against_the_quota(
    engine: AsyncEngine, units: Units, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = {**quotas_of(), CommandName.SEND_SERVICE_MESSAGE: [replace(load_quotas()["service_messages"], most=13)]}
    monkeypatch.setattr("weloop.outbox.meters.quotas_of", lambda: few)
    set_time(units, NOON)
    async with engine.begin() as connection:
        await run(connection, PERSONS, PEOPLE, NOON)
        await run(connection, FOLLOWS, PEOPLE, NOON)
    message = Command("", CommandName.SEND_SERVICE_MESSAGE, 1, {}, Delivery.AT_MOST_ONCE)
    async with units.begin() as unit:
        found = await foresee_each(unit, message, NOON, range(1, 9), spent=8)
    assert [each.leaves_at == NOON for each in found.values()] == [True] * 5 + [False] * 3
    assert [{reason.gate for reason in each.reasons} for each in found.values()] == [set()] * 5 + [{Gate.QUOTA}] * 3


def _for(message: Command, identity: int) -> Command:
    return replace(message, key=str(identity), subject_id=identity)
