"""Counts of a path equal the raw log, whatever the order, however often, and whoever turns out to be one person."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from weloop.access.api import CurrentUser, Role
from weloop.contracts.events import EventKind, NewEvent, state_of
from weloop.contracts.identities import Alias, IdentityKind, IdentityRef, Strength
from weloop.entrypoints.bootstrap import build_handlers, build_writers
from weloop.inbox.api import Dispatcher, SubjectKeys
from weloop.kit.clock import WorldClock
from weloop.kit.db import run
from weloop.kit.seal import Vault
from weloop.kit.unit import Units
from weloop.paths import service
from weloop.paths.api import PathBuilder

START = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
USER = CurrentUser(
    id=1, login="lead", name="市场", role=Role.LEAD, locale="zh-CN", theme="light", csrf="", session_hash=b""
)
TABLES = (
    "SELECT event_id, stage, identity_id, occurred_at, state, staff FROM path_touch ORDER BY 1, 2",
    "SELECT person_id, reached, passed, state, staff FROM path_progress ORDER BY 1",
    "SELECT entry_day, hop, state, staff, entered, passed FROM path_hop_cell WHERE entered <> 0 OR passed <> 0"
    " ORDER BY 1, 2, 3, 4",
    "SELECT entry_day, hop, bucket, passed FROM path_hop_time WHERE passed <> 0 ORDER BY 1, 2, 3",
)


class World:
    """The log with its handlers on one database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.keys = SubjectKeys(Vault(b"k" * 32))
        self.units = Units(engine, WorldClock(), build_writers(self.keys))
        self.dispatcher = Dispatcher(self.units, self.keys, build_handlers())
        self.builder = PathBuilder(self.units)

    async def append(self, events: list[NewEvent]) -> None:
        async with self.units.begin() as unit:
            for event in events:
                unit.append(event)

    async def settle(self) -> None:
        while await self.dispatcher.work():
            pass
        while await self.builder.work():
            pass

    async def make_path(self, template: str = "b2b") -> int:
        async with self.units.begin() as unit:
            return (await service.create_path(unit, USER, "主路径", template)).id

    async def tables(self) -> list[list[tuple[Any, ...]]]:
        async with self.units.begin() as unit:
            return [[tuple(row) for row in await run(unit.connection, sql)] for sql in TABLES]

    async def query(self, sql: str) -> list[Any]:
        async with self.units.begin() as unit:
            return list(await run(unit.connection, sql))


@pytest.fixture
async def world(engine: AsyncEngine) -> World:
    return World(engine)


def ref(kind: IdentityKind, number: int) -> IdentityRef:
    return IdentityRef(kind, "scope", f"{kind}-{number:04d}")


def event(kind: EventKind, subject: IdentityRef, hour: float, data: dict[str, Any], *aliases: IdentityRef) -> NewEvent:
    return NewEvent(
        account_id=1,
        kind=kind,
        dedupe=f"{kind} {subject.value} {hour} {data}",
        occurred_at=START + timedelta(hours=hour),
        subject=subject,
        data=data,
        aliases=tuple(Alias(each, Strength.STRONG) for each in aliases),
    )


def company(seed: int, people: int = 60) -> list[NewEvent]:
    """People who read as followers, add as contacts, join, become leads; a unionid tells that both are one."""
    dice = random.Random(seed)
    events = []
    for number in range(people):
        follower, contact = ref(IdentityKind.FOLLOWER, number), ref(IdentityKind.EXTERNAL_CONTACT, number)
        union = ref(IdentityKind.UNIONID, number)
        state = dice.choice(["expo", "case", "hot", ""])
        hour = dice.uniform(0, 200)
        if dice.random() < 0.6:
            joined = (union,) if dice.random() < 0.7 else ()
            events.append(event(EventKind.PAGE_VIEWED, follower, hour, {"name": "案例"}, *joined))
        if dice.random() < 0.7:
            hour += dice.uniform(-5, 30)
            data = {"staff": dice.choice(["lina", "wang"]), **({"state": state} if state else {})}
            events.append(event(EventKind.CONTACT_ADDED, contact, hour, data, union))
        if dice.random() < 0.4:
            events.append(event(EventKind.GROUP_JOINED, contact, hour + dice.uniform(0, 9), {"chat_id": "wr1"}))
        if dice.random() < 0.3:
            data = {"lead_id": number, "from": "lead", "to": "mql", "staff": "lina"}
            events.append(event(EventKind.LEAD_ADVANCED, contact, hour + dice.uniform(0, 90), data))
    return events


async def naive_counts(world: World) -> dict[tuple[int, str, str], tuple[int, int]]:
    """The same counts from the raw event rows, person by person, without any of the code under test."""
    rows = await world.query(
        "SELECT e.kind, e.occurred_at, e.id, e.data, i.person_id FROM event AS e JOIN identity AS i"
        " ON i.id = e.identity_id ORDER BY e.occurred_at, e.id"
    )
    people: dict[int, list[Any]] = {}
    for row in rows:
        people.setdefault(row.person_id, []).append(row)
    hops = [("PageViewed", "ContactAdded"), ("ContactAdded", "GroupJoined"), ("ContactAdded", "LeadAdvanced")]
    entered: Counter[tuple[int, str, str]] = Counter()
    passed: Counter[tuple[int, str, str]] = Counter()
    seen = {"PageViewed", "ContactAdded", "GroupJoined", "LeadAdvanced"}
    for events in people.values():
        ours = [row for row in events if row.kind in seen]
        state = next((state_of(row.data) for row in ours if state_of(row.data)), "")
        staff = next((row.data["staff"] for row in ours if row.data.get("staff")), "")
        for number, (source, target) in enumerate(hops):
            starts = [row.occurred_at for row in ours if row.kind == source]
            if starts:
                entered[number, state, staff] += 1
                passed[number, state, staff] += any(row.kind == target and row.occurred_at >= starts[0] for row in ours)
    return {key: (entered[key], passed[key]) for key in entered}


async def told_counts(world: World) -> dict[tuple[int, str, str], tuple[int, int]]:
    rows = await world.query(
        "SELECT hop, state, staff, sum(entered) AS entered, sum(passed) AS passed FROM path_hop_cell"
        " WHERE hop < 3 GROUP BY hop, state, staff HAVING sum(entered) > 0"
    )
    return {(row.hop, row.state, row.staff): (row.entered, row.passed) for row in rows}


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_counts_equal_the_raw_log_in_any_order_and_however_often(world: World, seed: int) -> None:
    await world.make_path()
    events = company(seed)
    arriving = [*events, *random.Random(seed).sample(events, len(events) // 2)]
    random.Random(seed + 9).shuffle(arriving)
    for start in range(0, len(arriving), 17):
        await world.append(arriving[start : start + 17])
        await world.settle()
    assert len(await world.query("SELECT 1 FROM event WHERE kind = 'ContactAdded'")) > 20
    assert await told_counts(world) == await naive_counts(world)


async def test_a_path_made_later_is_folded_from_the_log_as_if_it_had_been_there(world: World) -> None:
    events = company(4)
    await world.append(events[:80])
    await world.settle()
    await world.make_path()
    await world.append(events[80:])
    await world.settle()
    late = await world.tables()
    assert all(late)
    assert await told_counts(world) == await naive_counts(world)
    await world.query("UPDATE path_version SET built = false, seen_at = NULL, seen_id = 0")
    for table in ("path_touch", "path_progress", "path_hop_cell", "path_hop_time"):
        await world.query(f"TRUNCATE {table}")
    await world.settle()
    assert await world.tables() == late


async def test_handling_every_event_again_changes_nothing(world: World) -> None:
    await world.make_path()
    await world.append(company(5))
    await world.settle()
    before = await world.tables()
    await world.query(
        "INSERT INTO inbox_pending (event_id, recorded_at, subject, lane, due, owed)"
        " SELECT id, recorded_at, coalesce(identity_id, id), 1, recorded_at, true FROM event"
    )
    await world.settle()
    assert await world.tables() == before


async def test_people_who_turn_out_to_be_one_are_counted_once(world: World) -> None:
    await world.make_path()
    follower, contact = ref(IdentityKind.FOLLOWER, 1), ref(IdentityKind.EXTERNAL_CONTACT, 1)
    union = ref(IdentityKind.UNIONID, 1)
    await world.append(
        [
            event(EventKind.PAGE_VIEWED, follower, 0, {"name": "案例"}),
            event(EventKind.CONTACT_ADDED, contact, 5, {"staff": "lina", "state": "case"}, union),
        ]
    )
    await world.settle()
    assert await told_counts(world) == {(0, "", ""): (1, 0), (1, "case", "lina"): (1, 0), (2, "case", "lina"): (1, 0)}
    await world.append([event(EventKind.FOLLOWER_SUBSCRIBED, follower, 9, {}, union)])
    await world.settle()
    assert await told_counts(world) == {
        (0, "case", "lina"): (1, 1),
        (1, "case", "lina"): (1, 0),
        (2, "case", "lina"): (1, 0),
    }


async def test_a_new_version_counts_the_past_too(world: World) -> None:
    path_id = await world.make_path("store")
    await world.append(company(6))
    await world.settle()
    async with world.units.begin() as unit:
        text = (await service.export_path(unit, path_id)).replace("FollowerSubscribed", "PageViewed")
        body = service.read_yaml(text)
        await service.publish_definition(unit, USER, path_id, body, 1)
    await world.settle()
    [row] = await world.query("SELECT built, number FROM path_version ORDER BY id DESC LIMIT 1")
    assert (row.built, row.number) == (True, 2)
    versions = await world.query("SELECT DISTINCT version_id FROM path_touch")
    assert len(versions) == 1
    follows = await world.query("SELECT sum(passed) AS n FROM path_hop_cell WHERE hop = 0")
    assert follows[0].n > 0
