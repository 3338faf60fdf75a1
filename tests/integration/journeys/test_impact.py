"""Before publishing: who would come in, how much would be sent, and who lacks what a text says."""

from typing import Any

import pytest

from weloop.contracts.events import EventKind
from weloop.journeys.blanks import Blank
from weloop.journeys.impact import Impact, Sending, foresee_impact
from weloop.journeys.publishing import no_webhooks
from weloop.kit.db import to_json

from .conftest import START, Stage
from .test_segments import make_segment
from .test_send_confirmed import connect

ADDED = EventKind.CONTACT_ADDED
WAIT = {"id": "d", "type": "delay", "for_seconds": 3600}


async def foresee(stage: Stage, journey_id: int, draft: dict[str, Any]) -> Impact:
    """The impact of a draft."""
    await stage.ask("UPDATE journey SET draft = $2::jsonb WHERE id = $1", journey_id, to_json(draft))
    async with stage.units.begin() as unit:
        return await foresee_impact(unit, journey_id, no_webhooks)


async def name(stage: Stage, identity: int) -> None:
    """Know what somebody is called."""
    await stage.ask(
        """
        INSERT INTO person (id, name, search, kinds, staff, first_seen_at, last_seen_at, resolved, conflict)
        SELECT person_id, '王敏', '', '{}', '{}', $2, $2, true, false FROM identity WHERE id = $1
        """,
        identity,
        START,
    )


async def test_those_who_lack_what_a_text_says_are_counted(stage: Stage) -> None:
    people = [(await stage.person())[0] for _ in range(4)]
    named, stranger, nameless, inside = people
    await name(stage, named)
    journey = await stage.publish({"entry": {"events": [{"kind": "ContactAdded"}]}, "nodes": [WAIT]})
    await stage.hear(stage.event(ADDED, inside))
    for identity, data in ((named, {"state": "expo"}), (stranger, {"state": "expo"}), (nameless, {})):
        await stage.log(stage.event(ADDED, identity, **data), handle=False)
    text = "{{person.name}}：{{event.state}}，{{person.company|贵司}}"
    hello = {"id": "hello", "type": "send_welcome", "text": text, "next": "d"}
    draft = {"entry": {"events": [{"kind": "ContactAdded"}]}, "nodes": [hello, WAIT]}
    impact = await foresee(stage, journey, draft)
    assert impact.entrants == 3
    assert impact.blanks == [
        Blank("hello", "send_welcome", "person.name", 3, 4),
        Blank("hello", "send_welcome", "event.state", 1, 3),
    ]
    plain = {**hello, "text": "{{person.name|朋友}}，您好"}
    assert (await foresee(stage, journey, {**draft, "nodes": [plain, WAIT]})).blanks == []


@pytest.mark.parametrize(("again", "expected"), [("never", 3), ("after_end", 15)])
async def test_a_schedule_brings_its_segment_each_time(stage: Stage, again: str, expected: int) -> None:
    await connect(stage)
    people = [(await stage.person())[0] for _ in range(3)]
    await name(stage, people[0])
    segment = await make_segment(stage, *people)
    await stage.ask("UPDATE segment SET size = 3 WHERE id = $1", segment)
    journey = await stage.publish({"nodes": [WAIT]})
    schedule = {"segment_id": segment, "every": "weekly", "weekdays": [0], "at": "10:00"}
    say = {"id": "say", "type": "send_confirmed", "account_id": 1, "text": "{{person.name}} {{event.city}}"}
    impact = await foresee(stage, journey, {"entry": {"schedule": schedule, "again": again}, "nodes": [say]})
    assert (impact.entrants, impact.scheduled) == (0, 3)
    assert impact.sends == [Sending("say", "send_confirmed", expected, 3, False)]
    [draw] = impact.draws
    assert (draw.quota, draw.account_name, draw.per, draw.period) == ("wecom_mass_customer", "企业", "person", "month")
    assert (draw.most, draw.expected) == (30, 1)
    assert impact.blanks == [
        Blank("say", "send_confirmed", "person.name", 2, 3),
        Blank("say", "send_confirmed", "event.city", 3, 3),
    ]


async def test_sends_stand_beside_the_quotas_of_their_account(stage: Stage) -> None:
    await connect(stage, "official_account")
    people = [(await stage.person())[0] for _ in range(31)]
    await stage.log(*(stage.event(EventKind.FOLLOWER_SUBSCRIBED, each) for each in people), handle=False)
    journey = await stage.publish({"nodes": [WAIT]})
    say = {"type": "send_service_message", "account_id": 1, "text": "您好"}
    case = {"when": {"op": "known", "field": "person.company"}, "next": "c"}
    nodes = [
        {**say, "id": "a", "next": "which"},
        {"id": "which", "type": "branch", "cases": [case], "otherwise": "b"},
        {**say, "id": "b", "next": None},
        {**say, "id": "c", "next": "b"},
    ]
    impact = await foresee(stage, journey, {"entry": {"events": [{"kind": "FollowerSubscribed"}]}, "nodes": nodes})
    assert [(each.node, each.expected, each.a_day) for each in impact.sends] == [
        ("a", 31, 2),
        ("b", 31, 2),
        ("c", 31, 2),
    ]
    found = {each.quota: (each.per, each.period, each.most, each.expected) for each in impact.draws}
    assert found == {
        "service_messages": ("account", "day", 500_000, 6),
        "service_window": ("window", "48h", 5, 3),
    }
