"""Journeys and broadcasts are stopped, paused and joined by others while a worker has them in hand."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from tests.integration.audience.conftest import AUTHOR

from weloop.contracts.commands import Command, CommandName, Done, Outcome
from weloop.contracts.events import EventKind
from weloop.journeys import repository, service
from weloop.journeys.counts import ENOUGH, Deltas, fold, read_counts
from weloop.journeys.facts import no_insiders
from weloop.journeys.models import JourneyRow
from weloop.journeys.publishing import put_version
from weloop.journeys.runner import _advance_all
from weloop.journeys.validation import read
from weloop.outbox.api import Relay, RelayLimits, Senders

from .conftest import OFFICIAL, Company, until_it_waits

DAY = 86_400
TWO_DELAYS: dict[str, Any] = {
    "entry": {"events": [{"kind": "FollowerSubscribed"}]},
    "nodes": [
        {"id": "first", "type": "delay", "for_seconds": 60, "next": "second"},
        {"id": "second", "type": "delay", "for_seconds": DAY, "next": "end"},
        {"id": "end", "type": "end"},
    ],
}


async def publish(company: Company) -> tuple[int, int]:
    """A live journey and its version."""
    definition, faults = read(TWO_DELAYS)
    assert definition is not None, faults
    async with company.units.begin() as unit:
        row = JourneyRow(name="流程", status="live", created_at=unit.now, updated_at=unit.now)
        unit.session.add(row)
        await unit.session.flush()
        version = await put_version(unit, row, definition, {}, None)
        return row.id, version.id


async def work(company: Company) -> None:
    while await company.journeys.work():
        pass


async def counts(company: Company, version: int) -> dict[tuple[int, str], int]:
    async with company.units.begin() as unit:
        await fold(unit)
        return {(row.node, row.what): row.n for row in await read_counts(unit, [version])}


async def act(company: Company, what: Any, journey: int) -> None:
    async with company.units.begin() as unit:
        await what(unit, AUTHOR, journey)


async def advance_while(company: Company, what: Any, journey: int) -> None:
    """A worker has claimed a run of the live journey when somebody does this; then the worker goes on."""
    async with company.units.begin() as unit:
        rows = await repository.claim(unit.connection, unit.now, 9)
        assert [row.status for row in rows] == ["live"]
        await act(company, what, journey)
        await _advance_all(unit, rows, no_insiders)


async def test_a_run_in_hand_when_its_journey_is_stopped_ends_once(company: Company) -> None:
    journey, version = await publish(company)
    await company.follower("甲")
    await work(company)
    company.stage.clock.at += timedelta(seconds=60)
    await advance_while(company, service.stop, journey)
    await work(company)
    assert await counts(company, version) == {
        (-1, "entered"): 1, (-1, "ended_stopped"): 1, (0, "elapsed"): 1,
    }  # fmt: skip
    assert await company.ask("SELECT 1 FROM journey_position UNION ALL SELECT 1 FROM journey_sweep") == []


async def test_a_run_in_hand_when_its_journey_is_paused_stands_still_and_goes_on(company: Company) -> None:
    journey, version = await publish(company)
    await company.follower("甲")
    await work(company)
    company.stage.clock.at += timedelta(seconds=60)
    await advance_while(company, service.pause, journey)
    company.stage.clock.at += timedelta(days=2)
    await work(company)
    assert [row.hold for row in await company.ask("SELECT hold FROM journey_position")] == [repository.PAUSED]
    await act(company, service.resume, journey)
    await work(company)
    assert (await counts(company, version))[-1, "ended_finished"] == 1
    assert await company.ask("SELECT 1 FROM journey_position") == []


async def test_who_comes_in_while_a_journey_is_stopped_does_not_stay_inside(company: Company) -> None:
    """The entry commits after all who were inside have been let out."""
    journey, version = await publish(company)
    person = await company.follower("甲")
    await act(company, lambda unit, user, number: service.let_in(unit, user, number, [person.id], "x"), journey)
    await work(company)
    other = await company.customer("乙")
    async with company.units.begin() as unit:
        [live] = await repository.find_entered(unit.connection, [journey])
        assert live == journey
        rows = [(journey, "late", version, 0, other.id, other.id, None, False, unit.now, 0, None, "t", "")]
        await repository.enter(unit.connection, rows, unit.now)
        await act(company, service.stop, journey)
        await work(company)
        assert await company.ask("SELECT 1 FROM journey_sweep") == []
    await work(company)
    outcomes = await company.ask("SELECT outcome FROM journey_run")
    assert [row.outcome for row in outcomes] == ["stopped", "stopped"]
    assert await company.ask("SELECT 1 FROM journey_position") == []


async def test_a_journey_that_is_stopped_while_its_failures_are_judged_stays_stopped(company: Company) -> None:
    journey, version = await publish(company)
    async with company.units.begin() as unit:
        failures = Deltas()
        failures.add(journey, version, 0, "failed", ENOUGH)
        await failures.write(unit)

    async def judge() -> list[int]:
        async with company.units.begin() as unit:
            return (await fold(unit))[1]

    async with company.units.begin() as unit:
        await service.stop(unit, AUTHOR, journey)
        await unit.session.flush()
        judging = asyncio.create_task(judge())
        await until_it_waits(company, judging)
    assert await judging == []
    [row] = await company.ask("SELECT status, reason, tried, failed FROM journey WHERE id = $1", journey)
    assert tuple(row) == ("stopped", None, ENOUGH, ENOUGH)


class Slow:
    """Stands still with what it was given until it is let go."""

    batch, bucket = 1, "official_account_message"

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.gate = asyncio.Event()

    async def send(self, account_id: int, commands: Sequence[Command], now: datetime) -> Sequence[Outcome]:
        """See ``contracts.commands.Sender``."""
        self.sent += [str(command.body["openid"]) for command in commands]
        await self.gate.wait()
        return [Done() for _ in commands]


def relay(company: Company, sender: Slow, **limits: int) -> Relay:
    async def kinds(_accounts: object) -> dict[int, str]:
        return {OFFICIAL: "official_account"}

    senders = Senders(kinds)
    senders.on("official_account", CommandName.SEND_SERVICE_MESSAGE, sender)
    return Relay(company.units, senders, limits=RelayLimits(**limits))


async def drain(made: Relay) -> None:
    while await made.work():
        await made.drain()
    await made.drain()


async def test_what_is_being_sent_when_a_broadcast_is_stopped_goes_out_and_the_rest_once_later(
    company: Company,
) -> None:
    people = [await company.follower(name) for name in "甲乙丙丁"]
    broadcast = await company.broadcast("service", *people)
    await company.freeze(broadcast)
    await company.broadcasts.work()
    await company.ask("DELETE FROM command WHERE name = 'FetchProfile' RETURNING 1")
    sender = Slow()
    one = relay(company, sender, in_flight=2, reserved=1)
    await one.work()
    while not sender.sent:
        await asyncio.sleep(0)
    await company.ask(
        "UPDATE broadcast SET stopped_from = state, state = 'stopping', next_at = $1 RETURNING 1",
        company.stage.clock.at,
    )
    for _ in range(3):
        await company.broadcasts.work()
        company.stage.clock.at += timedelta(seconds=1)
    states = [state for state, _ in (await company.recipients(broadcast)).values()]
    assert sorted(states) == ["queued", "waiting", "waiting", "waiting"]
    assert await company.state(broadcast) == "stopping", "what is being sent may come back"
    sender.gate.set()
    await one.drain()
    await company.broadcasts.work()
    assert await company.state(broadcast) == "stopped"
    await company.stage.handle()
    await company.ask("UPDATE broadcast SET state = 'sending', next_at = $1 RETURNING 1", company.stage.clock.at)
    await company.broadcasts.work()
    rest = relay(company, sender)
    await drain(rest)
    await company.stage.handle()
    assert sorted(sender.sent) == sorted(f"o-{name}" for name in "甲乙丙丁")
    assert {state for state, _ in (await company.recipients(broadcast)).values()} == {"sent"}


async def test_a_task_of_members_that_has_not_left_is_taken_back_with_its_broadcast_and_made_anew_for_others(
    company: Company,
) -> None:
    """The account does not work: the task of both lies in the outbox."""
    mine, others = await company.customer("甲"), await company.customer("乙")
    stopped, other = await company.broadcast("mass_task", mine), await company.broadcast("mass_task", others)
    for each in (stopped, other):
        await company.freeze(each)
        await company.broadcasts.work()
    await company.members.work()
    tasks = "SELECT body FROM command WHERE name = 'CreateMassTask'"
    assert [sorted(row.body["customers"]) for row in await company.ask(tasks)] == [["wm-乙", "wm-甲"]]
    await company.ask(
        "UPDATE broadcast SET stopped_from = state, state = 'stopping', next_at = $2 WHERE id = $1 RETURNING 1",
        stopped,
        company.stage.clock.at,
    )
    while await company.state(stopped) == "stopping":
        await company.broadcasts.work()
    assert (await company.recipients(stopped))[mine.id] == ("waiting", "")
    assert await company.ask(tasks) == []
    while await company.members.work():
        pass
    assert [row.body["customers"] for row in await company.ask(tasks)] == [["wm-乙"]]


async def test_caps_and_wishes_count_over_both_who_turn_out_to_be_one(company: Company) -> None:
    """One got a message, the other's is in the outbox: they are joined, and the first wants no more."""
    one, other = await company.follower("甲"), await company.follower("乙")
    sender = Slow()
    sender.gate.set()
    made = relay(company, sender)
    for person in (one, other):
        broadcast = await company.broadcast("service", person)
        await company.freeze(broadcast)
        await company.broadcasts.work()
        if person is one:
            await drain(made)
            await company.join(one, other)
    await drain(made)
    assert sender.sent == ["o-甲"]
    [row] = await company.ask("SELECT gates, due FROM command WHERE state = 'queued' AND key LIKE 'broadcast:%'")
    assert row.gates.startswith("frequency")
    await company.ask(
        "INSERT INTO consent_entry (identity_id, act, at, user_id) VALUES ($1, 'opted_out', $2, 1) RETURNING 1",
        one.id,
        company.stage.clock.at,
    )
    company.stage.clock.at = row.due
    await drain(made)
    assert sender.sent == ["o-甲"]
    [row] = await company.ask("SELECT gates FROM command WHERE state = 'refused'")
    assert row.gates.startswith("opted_out")


async def test_two_runs_of_who_turns_out_to_be_one_go_on_once_and_nobody_comes_in_again(company: Company) -> None:
    _, version = await publish(company)
    people = [await company.follower("甲"), await company.follower("乙")]
    await work(company)
    await company.join(*people)
    for person in people:
        await company.stage.happen(EventKind.FOLLOWER_SUBSCRIBED, person)
    await work(company)
    company.stage.clock.at += timedelta(seconds=60)
    await work(company)
    company.stage.clock.at += timedelta(days=1)
    await work(company)
    assert await counts(company, version) == {
        (-1, "entered"): 2, (-1, "ended_merged"): 1, (-1, "ended_finished"): 1, (0, "elapsed"): 1, (1, "elapsed"): 1,
        (2, "finished"): 1,
    }  # fmt: skip
