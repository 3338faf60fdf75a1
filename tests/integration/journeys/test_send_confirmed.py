"""Steps whose message a member confirms: wished once, judged in dry runs, and what became of it beside the step."""

import json
from datetime import timedelta
from typing import Any

import pytest

from weloop.contracts.events import Event, EventKind
from weloop.contracts.identities import IdentityKind, IdentityRef
from weloop.contracts.mass_tasks import WishesEnded
from weloop.journeys.dry_run import Plan, judge_messages, prepare
from weloop.journeys.publishing import examine, no_webhooks
from weloop.journeys.rehearsal import rehearse
from weloop.mass_tasks.api import MassTaskMaker, Wish, put_content, wish
from weloop.mass_tasks.rules import PLACES, Priority

from .conftest import START, Stage
from .test_runs import SUBSCRIBED

SAY = {"id": "say", "type": "send_confirmed", "account_id": 1, "text": "{{event.city|本地}}公开课", "priority": "high"}
DOCUMENT: dict[str, Any] = {
    "entry": {"events": [{"kind": "FollowerSubscribed"}], "again": "always"},
    "nodes": [{**SAY, "next": "pause"}, {"id": "pause", "type": "delay", "for_seconds": 3600}],
}


async def connect(stage: Stage, kind: str = "wecom") -> None:
    """Account 1."""
    await stage.ask(
        "INSERT INTO account (kind, name, app_id, api_base, callback_key, state, created_at, updated_at)"
        " VALUES ($1, '企业', 'ww1', 'http://localhost', 'k', 'ready', $2, $2)",
        kind,
        START,
    )


async def customer(stage: Stage, name: str = "wmA") -> int:
    """A customer of linxiao."""
    [identity] = await stage.person(IdentityRef(IdentityKind.EXTERNAL_CONTACT, "ww1", name))
    await stage.ask(
        "INSERT INTO relation (account_id, identity_id, staff, added_at) VALUES (1, $1, 'linxiao', $2)", identity, START
    )
    return identity


async def asked(stage: Stage) -> list[Event]:
    """What runs asked of others, with its personal part as it was given."""
    rows = await stage.ask("SELECT * FROM event WHERE kind = 'JourneyAsked' ORDER BY data ->> 'run_id'")
    return [
        Event(
            row.id,
            row.account_id,
            EventKind.JOURNEY_ASKED,
            row.occurred_at,
            row.recorded_at,
            None,
            row.identity_id,
            row.data,
            {"text": "本地公开课"},
            (),
            None,
            "",
        )
        for row in rows
    ]


async def test_a_wish_is_made_once_and_its_outcome_stands_beside_the_step(stage: Stage) -> None:
    await connect(stage)
    one, other = await customer(stage), await customer(stage, "wmB")
    [stranger] = await stage.person()
    journey = await stage.publish(DOCUMENT)
    for each in (one, other, stranger):
        await stage.hear(stage.event(SUBSCRIBED, each))
    await stage.go()
    events = await asked(stage)
    await stage.hear(*events, *events)
    await stage.hear(*events)
    wishes = await stage.ask("SELECT key, origin, staff, external_userid, priority, due FROM mass_wish ORDER BY key")
    assert [tuple(row)[:5] for row in wishes] == [
        (f"journey:{number}:0", f"journey:{journey}", "linxiao", name, PLACES[Priority.HIGH])
        for number, name in ((1, "wmA"), (2, "wmB"))
    ]
    assert {(row.due - START).total_seconds() for row in wishes} == {3600}
    assert await stage.number("SELECT count(*) FROM mass_content") == 1
    async with stage.units.begin() as unit:
        steps = (
            ("journey:1:0", "asked", ""),
            ("journey:2:0", "failed", "not_confirmed"),
            ("broadcast:1:2", "sent", ""),
        )
        unit.append(WishesEnded(f"journey:{journey}", steps))
    for _ in range(2):
        async with stage.units.begin() as unit:
            unit.append(WishesEnded(f"journey:{journey}", (("journey:1:0", "failed", "platform_rejected"),)))
    async with stage.units.begin() as unit:
        unit.append(WishesEnded(f"journey:{journey}", (("journey:1:0", "sent", ""),)))
    rows = await stage.ask("SELECT outcome, detail ->> 'error' AS error FROM journey_step ORDER BY run_id")
    assert [tuple(row) for row in rows] == [("sent", None), ("refused", "not_confirmed"), ("no_friend", None)]
    counts = await stage.counts(journey)
    found = {what: n for (node, what), n in counts.items() if node == 0}
    assert found == {"enqueued": 3, "sent": 1, "refused": 1, "no_friend": 1}


async def test_of_who_was_erased_nothing_is_wished(stage: Stage) -> None:
    await connect(stage)
    await stage.hear(
        stage.event(
            EventKind.JOURNEY_ASKED, await customer(stage), act="send_confirmed", account_id=1, run_id="1", seq=0
        )
    )
    assert await stage.number("SELECT count(*) FROM mass_wish") == 0


@pytest.mark.parametrize("kind", ["wecom", "official_account"])
async def test_it_needs_a_wecom_account(stage: Stage, kind: str) -> None:
    await connect(stage, kind)
    async with stage.units.begin() as unit:
        _, _, faults = await examine(unit, DOCUMENT, no_webhooks)
    assert [each.code for each in faults] == ([] if kind == "wecom" else ["account_unknown"])
    async with stage.units.begin() as unit:
        _, _, faults = await examine(unit, {"nodes": [{**SAY, "text": "好" * 1334}]}, no_webhooks)
    assert [each.code for each in faults] == ["text_too_long"]


async def test_a_dry_run_says_what_policy_would(stage: Stage) -> None:
    await connect(stage)
    person = await customer(stage)
    journey = await stage.publish(DOCUMENT)
    draft = {"nodes": [{**SAY, "next": "again"}, {**SAY, "id": "again", "text": "{{person.company}}公开课"}]}
    async with stage.units.begin() as unit:
        prepared = await prepare(unit, journey, draft, Plan("chosen", [person]), no_webhooks)
    played = rehearse(prepared.version, prepared.samples, prepared.horizon)
    [first, second] = played[0].passages[0].steps
    assert [(command.body, command.account_id) for command in first.commands] == [({"text": "本地公开课"}, 1)]
    assert (second.result, second.commands) == ("variable_missing", ())
    async with stage.units.begin() as unit:
        judged = await judge_messages(unit, played, afresh=False)
    assert [str(each.message_class) for each in judged.values()] == ["marketing"]


async def test_a_customer_whose_quota_is_used_up_is_asked_about_when_it_renews(stage: Stage) -> None:
    await connect(stage)
    identity = await customer(stage)
    changed = {"wecom_mass_mode": "day", "marketing_gap_hours": 0}
    await stage.ask(
        "INSERT INTO contact_rules (id, changed, revision, updated_at) VALUES (1, $1::jsonb, 1, $2)",
        json.dumps(changed),
        START,
    )
    async with stage.units.begin() as unit:
        for number, order in enumerate((Priority.HIGH, Priority.LOW)):
            content = await put_content(unit, f"第 {number} 讲", [])
            key = f"journey:1:{number}"
            await wish(unit, [Wish(key, "journey:1", 1, "linxiao", identity, "wmA", content, START, priority=order)])
    maker = MassTaskMaker(stage.units)
    while await maker.work():
        pass
    rows = await stage.ask("SELECT state, due FROM mass_wish ORDER BY key")
    assert [(row.state, row.due - START) for row in rows] == [
        ("asked", timedelta(0)),
        ("waiting", timedelta(hours=15)),
    ], "the day ends at midnight in Beijing"


@pytest.mark.parametrize(("given", "priority"), [({"priority": "high"}, Priority.HIGH), ({}, Priority.NORMAL)])
async def test_an_invitation_is_as_urgent_as_its_author_says(
    stage: Stage, given: dict[str, Any], priority: Priority
) -> None:
    await connect(stage)
    person = await customer(stage)
    ends = {"joined": "end", "otherwise": "end"}
    invite = {"id": "in", "type": "invite_to_group", "by": "confirmed", "account_id": 1, "code": "g1", "text": "进群"}
    await stage.publish(
        {"entry": DOCUMENT["entry"], "nodes": [{**invite, **ends, **given}, {"id": "end", "type": "end"}]}
    )
    await stage.hear(stage.event(SUBSCRIBED, person))
    await stage.go()
    await stage.hear(*await asked(stage))
    assert [row.priority for row in await stage.ask("SELECT priority FROM mass_wish")] == [PLACES[priority]]
