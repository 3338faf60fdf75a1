"""Dry runs beside the real engine, on the same people and the same events; and that they leave nothing behind."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from weloop.consent.api import HANDLERS as CONSENT
from weloop.contracts.events import EventKind
from weloop.contracts.identities import IdentityKind, IdentityRef
from weloop.journeys.dry_run import Plan, Prepared, judge_messages, prepare
from weloop.journeys.errors import NobodyToSample
from weloop.journeys.rehearsal import Played, rehearse
from weloop.kit.db import run

from .conftest import HOOK, HOOK_ACCOUNT, START, Stage

DOCUMENT: dict[str, Any] = {
    "entry": {"events": [{"kind": "FollowerSubscribed"}], "again": "after_end"},
    "goal": {"events": [{"kind": "ContactAdded"}], "within_seconds": 2000, "ends_run": True},
    "nodes": [
        {"id": "call", "type": "webhook", "webhook_id": HOOK, "next": "known"},
        {
            "id": "known",
            "type": "branch",
            "cases": [{"when": {"op": "contains", "field": "person.kinds", "value": "follower"}, "next": "wait"}],
            "otherwise": "end",
        },
        {
            "id": "wait",
            "type": "wait",
            "timeout_seconds": 600,
            "cases": [
                {"kind": "Tracked", "where": {"op": "is", "field": "event.name", "value": "a"}, "next": "split"},
                {"kind": "FollowerMessageReceived", "next": "again"},
            ],
            "otherwise": "split",
        },
        {"id": "again", "type": "delay", "for_seconds": 300, "next": "wait"},
        {
            "id": "split",
            "type": "split",
            "arms": [{"name": "x", "weight": 1, "next": "again"}, {"name": "y", "weight": 1, "next": "end"}],
        },
        {"id": "end", "type": "end"},
    ],
    "max_steps": 30,
}
KINDS = (
    EventKind.FOLLOWER_SUBSCRIBED,
    EventKind.TRACKED,
    EventKind.FOLLOWER_MESSAGE_RECEIVED,
    EventKind.CONTACT_ADDED,
)
HASH = "SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {} AS t"


async def hooks(_unit: Any, _wanted: Any) -> dict[int, int]:
    """The webhook that is there."""
    return {HOOK: HOOK_ACCOUNT}


async def follower(stage: Stage) -> int:
    """Somebody who may follow; answers the identity."""
    number = next(stage.numbers)
    [identity] = await stage.person(IdentityRef(IdentityKind.FOLLOWER, "wx", f"o{number:027d}"))
    await stage.ask(
        "INSERT INTO person (id, name, search, kinds, staff, first_seen_at, last_seen_at, resolved, conflict)"
        " VALUES ($1, $2, '', '{follower}', '{}', $3, $3, false, false)",
        identity,
        f"客户{number}",
        START,
    )
    return identity


async def dry(stage: Stage, journey_id: int, plan: Plan, draft: Any = DOCUMENT) -> tuple[Prepared, list[Played]]:
    """A dry run."""
    async with stage.units.begin() as unit:
        prepared = await prepare(unit, journey_id, draft, plan, hooks)
    return prepared, rehearse(prepared.version, prepared.samples, prepared.horizon)


def routes(played: list[Played]) -> dict[int, list[list[tuple[Any, ...]]]]:
    """What each person's runs did and when, and how they ended."""
    return {
        each.sample.person_id: [
            [
                *((step.node, step.result, step.at) for step in passage.steps),
                (passage.run.outcome, passage.ended_at, passage.goal_at),
            ]
            for passage in each.passages
        ]
        for each in played
    }


async def real_routes(stage: Stage) -> dict[int, list[list[tuple[Any, ...]]]]:
    """The same of the runs that were."""
    found: dict[int, list[list[tuple[Any, ...]]]] = {}
    runs = await stage.ask("SELECT id, identity_id, outcome, ended_at, goal_at FROM journey_run ORDER BY id")
    for each in runs:
        steps = await stage.ask("SELECT node, result, at FROM journey_step WHERE run_id = $1 ORDER BY seq", each.id)
        found.setdefault(each.identity_id, []).append(
            [
                *((step.node, step.result, step.at) for step in steps),
                (each.outcome or "", each.ended_at, each.goal_at),
            ]
        )
    return found


@pytest.mark.parametrize("seed", range(3))
async def test_last_months_entrants_go_the_ways_that_they_went(stage: Stage, seed: int) -> None:
    random = Random(seed)
    journey_id = await stage.publish(DOCUMENT)
    people = [await follower(stage) for _ in range(8)]
    moments = sorted((random.randrange(0, 6000), random.choice(people), random.choice(KINDS)) for _ in range(60))
    opening = [(number, person, KINDS[0]) for number, person in enumerate(people)]
    leaving = [(200 + 900 * number, person, EventKind.CONSENT_WITHDRAWN) for number, person in enumerate(people[:3])]
    for at, person, kind in sorted([*opening, *moments, *leaving]):
        await stage.go(at - (stage.clock.at - START).total_seconds())
        await stage.log(stage.event(kind, person, name=random.choice("ab")))
    await stage.go(1000)
    prepared, played = await dry(stage, journey_id, Plan("entrants", count=20))
    real = await real_routes(stage)
    assert (prepared.found, prepared.horizon) == (8, stage.clock.at)
    assert routes(played) == real
    assert len({tuple(step[:2] for step in one) for runs in real.values() for one in runs}) > 3


async def test_it_leaves_nothing_behind(stage: Stage) -> None:
    journey_id = await stage.publish(DOCUMENT)
    people = [await follower(stage) for _ in range(3)]
    await stage.log(*(stage.event(KINDS[0], person) for person in people))
    await stage.go(10)
    tables = [
        row.name
        for row in await stage.ask(
            "SELECT quote_ident(relname) AS name FROM pg_class WHERE relkind = 'r' AND relnamespace ="
            " 'public'::regnamespace ORDER BY 1"
        )
    ]

    async def look() -> list[Any]:
        return [tuple((await stage.ask(HASH.format(table)))[0]) for table in tables]

    before = await look()
    for plan in (Plan("chosen", people), Plan("random"), Plan("entrants"), Plan("chosen", people, by_hand=True)):
        _, played = await dry(stage, journey_id, plan)
        assert all(step.commands for each in played for step in each.passages[0].steps[:1])
    assert await look() == before
    assert "command" in tables


async def test_its_transaction_cannot_write(stage: Stage) -> None:
    journey_id = await stage.publish(DOCUMENT)
    people = [await follower(stage)]
    async with stage.units.begin() as unit:
        await prepare(unit, journey_id, DOCUMENT, Plan("chosen", people), hooks)
        with pytest.raises(DBAPIError, match="read-only"):
            await run(unit.connection, "UPDATE journey SET name = 'x'")


@pytest.mark.parametrize("opted_out", [False, True])
async def test_policy_is_asked_of_every_message(stage: Stage, opted_out: bool) -> None:
    journey_id, person = await stage.publish(DOCUMENT), await follower(stage)
    await stage.ask(
        "INSERT INTO account (kind, name, app_id, api_base, callback_key, state, created_at, updated_at)"
        " VALUES ('official_account', '号', 'wx', 'http://localhost', 'k', 'ready', $1, $1)",
        START,
    )
    await stage.ask(
        "INSERT INTO relation (account_id, identity_id, staff, added_at) VALUES (1, $1, '', $2)", person, START
    )
    if opted_out:
        word = stage.event(KINDS[2], person, personal={"text": "退订"})
        async with stage.units.begin() as unit:
            for kinds, handler in CONSENT:
                if word.kind in kinds:
                    await handler(unit, [word])
    say = {"type": "send_service_message", "account_id": 1, "text": "您好"}
    draft = {
        "nodes": [
            {**say, "id": "a", "valid_seconds": 86_400, "next": "pause"},
            {"id": "pause", "type": "delay", "for_seconds": 3600, "next": "b"},
            {**say, "id": "b", "valid_seconds": 864_000},
        ]
    }
    _, played = await dry(stage, journey_id, Plan("chosen", [person]), draft)
    async with stage.units.begin() as unit:
        found = list((await judge_messages(unit, played, afresh=False)).values())
    gates = [[str(reason.gate) for reason in each.reasons] for each in found]
    if opted_out:
        assert [(each.leaves_at, gate[0]) for each, gate in zip(found, gates, strict=True)] == [(None, "opted_out")] * 2
    else:
        assert [each.leaves_at for each in found] == [START, START + timedelta(hours=48)]
        assert gates == [[], ["frequency"]]


async def test_only_those_are_drawn_who_could_enter(stage: Stage) -> None:
    journey_id = await stage.publish(DOCUMENT)
    await stage.person()
    with pytest.raises(NobodyToSample):
        await dry(stage, journey_id, Plan("random"))
    for number in range(5):
        person = await follower(stage)
        await stage.ask("UPDATE person SET name = $2 WHERE id = $1", person, str(number % 2))
    picked = {"op": "is", "field": "person.name", "value": "1"}
    draft = {**DOCUMENT, "entry": {"events": [{"kind": "FollowerSubscribed", "where": picked}]}}
    prepared, played = await dry(stage, journey_id, Plan("random"), draft)
    assert list(prepared.names.values()) == ["1", "1"]
    assert [len(each.passages) for each in played] == [1, 1]


async def test_entrants_of_before_the_month_and_unknown_people_are_left_out(stage: Stage) -> None:
    journey_id = await stage.publish(DOCUMENT)
    person = await follower(stage)
    await stage.log(stage.event(KINDS[0], person))
    await stage.go(timedelta(days=31).total_seconds())
    with pytest.raises(NobodyToSample):
        await dry(stage, journey_id, Plan("entrants"))
    prepared, _ = await dry(stage, journey_id, Plan("chosen", [person, 5]))
    assert (list(prepared.names), prepared.missing) == ([person], [5])
