"""What journeys have done by members of staff, to leads and in other journeys: with the whole product's handlers."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from weloop.contracts.errors import Conflict, NotFound
from weloop.contracts.events import Event, EventKind, NewEvent
from weloop.contracts.identities import IdentitiesForgotten
from weloop.identity.api import forget
from weloop.journeys.api import JourneyRunner, end_runs_of
from weloop.journeys.asked import do_asked
from weloop.journeys.models import JourneyRow
from weloop.journeys.publishing import examine, no_webhooks, put_version
from weloop.journeys.validation import read
from weloop.kit.db import run
from weloop.tasks.api import TaskClocks, end_task, list_open_of

from .conftest import Company, beijing, person

END = {"id": "end", "type": "end"}
GREETED = {"events": [{"kind": "Tracked", "where": {"op": "is", "field": "event.name", "value": "go"}}]}
CALL: dict[str, Any] = {
    "entry": GREETED,
    "nodes": [
        {
            "id": "call", "type": "staff_task", "account_id": 1, "title": "打电话回访", "note": "问问试用的感受",
            "within_hours": 2, "done": "happy", "declined": "end", "expired": "late", "nobody": "end",
        },
        {"id": "happy", "type": "end", "outcome": "called"},
        {"id": "late", "type": "end", "outcome": "too_late"},
        END,
    ],
}  # fmt: skip


class Works(Company):
    """The company with its journeys and tasks."""

    def __init__(self, engine: AsyncEngine) -> None:
        super().__init__(engine)
        self.runner = JourneyRunner(self.units)
        self.tasks = TaskClocks(self.units)

    async def settle(self) -> None:
        while True:
            await super().settle()
            if not (await self.runner.work() or await self.tasks.work() or await self.dispatcher.work()):
                break

    async def publish(self, document: dict[str, Any]) -> int:
        """A live journey."""
        definition, faults = read(document)
        assert definition is not None, faults
        async with self.units.begin() as unit:
            row = JourneyRow(name="流程", status="live", created_at=unit.now, updated_at=unit.now)
            unit.session.add(row)
            await unit.session.flush()
            await put_version(unit, row, definition, {}, None)
            return row.id

    async def go(self, number: int = 1) -> None:
        """Somebody does what journeys wait for."""
        await self.happen(EventKind.TRACKED, person(number), {"name": "go"})

    async def outcomes(self) -> list[str | None]:
        """How the runs ended."""
        return [row.outcome for row in await self.query("SELECT outcome FROM journey_run ORDER BY id")]

    async def steps(self) -> list[tuple[str, str | None]]:
        """(result, outcome) of all steps of the first run."""
        rows = await self.query("SELECT result, outcome FROM journey_step WHERE run_id = 1 ORDER BY seq")
        return [(row.result, row.outcome) for row in rows]

    async def todo(self, staff: str) -> list[str]:
        """Ids of a member's open tasks."""
        async with self.units.begin() as unit:
            return [each.id for each in await list_open_of(unit, 1, staff)]

    async def end(self, staff: str, outcome: Any, task_id: int = 1) -> None:
        """A member says what came of a task."""
        async with self.units.begin() as unit:
            await end_task(unit, task_id, outcome, (1, staff))
        await self.settle()


@pytest.fixture
async def works(engine: AsyncEngine) -> Works:
    """On a Wednesday at ten."""
    company = Works(engine)
    await company.open()
    return company


async def test_a_run_that_ends_while_its_task_is_put_up_leaves_none(works: Works) -> None:
    await works.publish(CALL)
    await works.add(1, "lina")
    async with works.units.begin() as unit:
        data = {"name": "go"}
        unit.append(NewEvent(1, EventKind.TRACKED, "go", works.clock.now(), subject=person(1), data=data))
    while not (rows := await works.query("SELECT * FROM event WHERE kind = 'JourneyAsked'")):
        assert await works.dispatcher.work() or await works.runner.work()
    [row] = rows
    asked = Event(
        row.id, 1, EventKind.JOURNEY_ASKED, row.occurred_at, row.recorded_at, None, row.identity_id, row.data,
        {"title": "打电话回访", "note": ""}, (), None, "",
    )  # fmt: skip

    async def end() -> int:
        async with works.units.begin() as unit:
            return await end_runs_of(unit, [row.identity_id], "opted_out")

    waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    async with works.units.begin() as unit:
        await do_asked(unit, [asked])
        ending = asyncio.create_task(end())
        while not (ending.done() or await works.query(waiting)):
            pass
    assert await ending == 1
    assert await works.query("SELECT outcome FROM journey_run WHERE ended_at IS NULL") == []
    assert await works.todo("lina") == []


@pytest.mark.parametrize(("outcome", "ended"), [("done", "called"), ("declined", "finished")])
async def test_a_member_does_a_task_and_the_run_goes_on_by_its_outcome(works: Works, outcome: str, ended: str) -> None:
    await works.publish(CALL)
    await works.add(1, "lina")
    await works.go()
    await works.happen(EventKind.TRACKED, person(1), {"name": "go"}, name="again")
    assert (await works.todo("lina"), await works.todo("wangqiang")) == (["1"], [])
    assert ("lina", "打电话回访") in await works.cards()
    with pytest.raises(NotFound):
        await works.end("wangqiang", outcome)
    assert await works.outcomes() == [None]
    await works.end("lina", outcome)
    await works.end("lina", outcome)
    with pytest.raises(Conflict):
        await works.end("lina", "done" if outcome == "declined" else "declined")
    assert (await works.outcomes(), await works.todo("lina")) == ([ended], [])
    assert (await works.steps())[0] == (outcome, None)
    assert [each["ref"] for each in await works.told(EventKind.TASK_DONE) if each["kind"] == "staff_task"] == [
        "journey:1:0"
    ]


async def test_a_task_expires_in_the_working_time_of_its_member(works: Works) -> None:
    """Asked on Wednesday at 17:30, two working hours end on Thursday morning; the card comes at once."""
    await works.publish(CALL)
    await works.add(1, "lina")
    await works.at(beijing(25, 17, 30))
    await works.go()
    rows = await works.query("SELECT due_at FROM staff_task")
    assert rows[0].due_at > beijing(26, 9)
    await works.at(rows[0].due_at - timedelta(seconds=1))
    assert await works.outcomes() == [None]
    await works.at(rows[0].due_at)
    assert (await works.outcomes(), await works.todo("lina")) == (["too_late"], [])
    with pytest.raises(Conflict):
        await works.end("lina", "done")


async def test_a_task_that_nobody_can_do_says_so(works: Works) -> None:
    await works.publish(CALL)
    await works.go(9)
    assert (await works.steps())[0] == ("nobody", None)
    await works.publish({**CALL, "nodes": [{**CALL["nodes"][0], "instead": "boss"}, *CALL["nodes"][1:]]})
    await works.go(8)
    assert await works.todo("boss") == ["1"]


async def test_a_task_shows_its_script(works: Works) -> None:
    await works.publish({**CALL, "nodes": [{**CALL["nodes"][0], "script_id": 7}, *CALL["nodes"][1:]]})
    await works.add(1, "lina")
    await works.go()
    async with works.units.begin() as unit:
        assert [each.script_id for each in await list_open_of(unit, 1, "lina")] == [7]
        naming = {"nodes": [{**CALL["nodes"][0], "script_id": 7}, *CALL["nodes"][1:]]}
        _, _, faults = await examine(unit, naming, no_webhooks)
    assert [(each.node, each.field) for each in faults if each.code == "script_unknown"] == [("call", "script_id")]


async def test_each_run_hears_of_its_own_task(works: Works) -> None:
    await works.publish({**CALL, "entry": {**GREETED, "per": "event"}})
    await works.add(1, "lina")
    await works.go()
    await works.happen(EventKind.TRACKED, person(1), {"name": "go"}, name="again")
    assert await works.todo("lina") == ["1", "2"]
    await works.end("lina", "done", 2)
    assert sorted(map(str, await works.outcomes())) == ["None", "called"]
    assert await works.todo("lina") == ["1"]


async def test_nobody_need_do_a_task_whose_run_has_ended(works: Works) -> None:
    bought = {"events": [{"kind": "LinkOpened"}], "within_seconds": 86_400}
    await works.publish({**CALL, "goal": bought})
    await works.add(1, "lina")
    await works.add(2, "lina")
    await works.go(1)
    await works.go(2)
    await works.happen(EventKind.LINK_OPENED, person(1), {"link": "x"})
    assert await works.todo("lina") == ["2"]
    async with works.units.begin() as unit:
        unit.append(IdentitiesForgotten(frozenset({person(2).id}), frozenset({person(2).id})))
    assert (await works.query("SELECT count(*) AS n FROM staff_task"))[0].n == 1
    await works.settle()
    assert sorted(map(str, await works.outcomes())) == ["erased", "goal"]


def acting(*nodes: dict[str, Any]) -> dict[str, Any]:
    """A journey of these nodes, one after the other."""
    named = [{"id": f"n{number}", "next": f"n{number + 1}", **node} for number, node in enumerate(nodes)]
    return {"entry": GREETED, "nodes": [*named, {**END, "id": f"n{len(named)}"}]}


async def test_leads_are_scored_brought_on_and_handed_over(works: Works) -> None:
    await works.publish(
        acting(
            {"type": "lead_score", "points": 30},
            {"type": "assign_owner", "staff": "wangqiang"},
            {"type": "lead_stage", "to": "mql"},
            {"type": "lead_stage", "to": "mql"},
            {"type": "assign_owner", "staff": "nobody"},
        )
    )
    await works.add(1, "lina")
    before = (await works.lead()).engagement
    await works.go()
    lead = await works.lead()
    assert (lead.staff, lead.stage) == ("wangqiang", "mql")
    assert lead.engagement == pytest.approx(before + 30, abs=0.1)
    assert [outcome for _, outcome in (await works.steps())[:5]] == ["done", "done", "done", "done", "staff_unknown"]


async def test_what_is_asked_of_somebody_without_a_lead_says_so(works: Works) -> None:
    await works.publish(acting({"type": "lead_stage", "to": "sql"}, {"type": "assign_owner"}))
    await works.go(9)
    assert await works.steps() == [("asked", "no_lead"), ("asked", "no_lead"), ("finished", None)]


async def test_one_journey_lets_into_another_and_ends_a_third(works: Works) -> None:
    other = await works.publish({"nodes": [{"id": "pause", "type": "delay", "for_seconds": 86_400}]})
    third = await works.publish({"entry": GREETED, "nodes": [{"id": "pause", "type": "delay", "for_seconds": 99}]})
    first = await works.publish(
        acting(
            {"type": "enter_journey", "journey_id": other},
            {"type": "enter_journey", "journey_id": other},
            {"type": "leave_journey", "journey_id": third},
            {"type": "leave_journey", "journey_id": third},
        )
    )
    await works.go()
    rows = await works.query("SELECT journey_id, outcome FROM journey_run ORDER BY journey_id")
    assert [tuple(row) for row in rows] == [(other, None), (third, "left"), (first, "finished")]
    run_id = (await works.query("SELECT id FROM journey_run WHERE journey_id = $1", first))[0].id
    steps = await works.query("SELECT outcome FROM journey_step WHERE run_id = $1 ORDER BY seq", run_id)
    assert [step.outcome for step in steps] == ["done", "known", "done", "not_inside", None]


async def test_journeys_that_let_in_each_other_end(works: Works) -> None:
    """No wait is between them, and everybody may come again: it stops after ten."""
    one = await works.publish(acting({"type": "enter_journey", "journey_id": 1}) | {"entry": {"again": "always"}})
    document = acting({"type": "enter_journey", "journey_id": one}) | {"entry": {**GREETED, "again": "always"}}
    await works.publish(document)
    await works.go()
    rows = await works.query("SELECT outcome FROM journey_step WHERE result = 'asked' ORDER BY run_id")
    outcomes = [row.outcome for row in rows]
    assert (outcomes[-1], set(outcomes[:-1]), len(outcomes)) == ("too_many_hops", {"done"}, 11)


async def test_a_second_delivery_of_what_is_asked_does_nothing(works: Works) -> None:
    await works.publish(acting({"type": "lead_score", "points": 30}))
    await works.add(1, "lina")
    await works.go()
    before = (await works.lead()).engagement
    async with works.units.begin() as unit:
        await run(
            unit.connection,
            """INSERT INTO inbox_pending (event_id, recorded_at, subject, lane, due, owed)
            SELECT id, recorded_at, identity_id, 1, recorded_at, true FROM event WHERE kind = 'JourneyAsked'""",
        )
    await works.settle()
    assert (await works.lead()).engagement == before
    rows = await works.query("SELECT n FROM journey_count WHERE what = 'done'")
    assert sum(row.n for row in rows) == 1


async def test_persons_are_tagged_and_noted_and_branches_see_it(works: Works) -> None:
    await works.write(
        "INSERT INTO attribute (key, name, type, choices, created_at) VALUES ('city', '城市', 'text', '{}', now())"
    )
    await works.write(
        "INSERT INTO tag (group_name, name, platform_id, state, created_at) VALUES ('', '重点', '', 'ready', now())"
    )
    in_city = {"op": "is", "field": "attribute.city", "value": "苏州"}
    document = acting(
        {"type": "attribute", "key": "city", "value": "苏州"},
        {"type": "tag", "tag_id": 1},
        {"type": "wait_until", "when": in_city, "timeout_seconds": 60, "otherwise": "n7"},
        {"type": "branch", "cases": [{"when": in_city, "next": "n4"}], "otherwise": "n7"},
        {"type": "tag", "tag_id": 1, "on": False},
        {"type": "attribute", "key": "town", "value": "x"},
        {"type": "tag", "tag_id": 9},
    )
    del document["nodes"][3]["next"]
    await works.publish(document)
    await works.add(1, "lina")
    await works.go()
    assert await works.steps() == [
        ("asked", "done"), ("asked", "done"), ("held", None), ("case_0", None), ("asked", "done"),
        ("asked", "attribute_not_found"), ("asked", "tag_not_found"), ("finished", None),
    ]  # fmt: skip
    assert [each["tag"] for each in await works.told(EventKind.PERSON_TAGGED)] == ["重点"]
    assert len(await works.told(EventKind.PERSON_UNTAGGED)) == 1
    [branch] = await works.query("SELECT detail FROM journey_step WHERE result = 'case_0'")
    assert branch.detail is None


NOTIFY: dict[str, Any] = {
    "entry": GREETED,
    "nodes": [
        {"id": "tell", "type": "notify_staff", "account_id": 1, "text": "{{person.name}} 想试用", "next": "end"},
        END,
    ],
}


async def test_no_card_about_who_is_erased_is_sent(works: Works) -> None:
    """A new lead, a clock that ran out, a task and a notice lie in the outbox; so do those about somebody else."""
    await works.publish(CALL)
    await works.publish(NOTIFY)
    for number in (1, 2):
        await works.add(number, "lina")
        await works.go(number)
    await works.at(beijing(25, 11))
    of_each = "SELECT state, body FROM command WHERE name = 'SendStaffCard' AND subject_id = $1"
    assert len(await works.query(of_each, person(1).id)) == len(await works.query(of_each, person(2).id)) == 4
    async with works.units.begin() as unit:
        await forget(unit, [person(1).id], [])
    await works.settle()
    rows = await works.query(of_each, person(1).id)
    assert [(row.state, row.body) for row in rows] == [("refused", {})] * 4
    assert await works.query("SELECT 1 FROM command WHERE body::text LIKE '%客户1%'") == []
    assert {row.state for row in await works.query(of_each, person(2).id)} == {"queued"}
