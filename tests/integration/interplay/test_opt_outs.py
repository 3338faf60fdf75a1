"""Somebody wants no more, complains or talks to a sales person while a message that reaches many lies in the outbox."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import event
from tests.integration.audience.conftest import AUTHOR

from weloop.consent.api import Act, note_wish
from weloop.contracts.commands import Command, CommandName, Outcome
from weloop.contracts.errors import Rejected
from weloop.contracts.events import EventKind, NewEvent
from weloop.contracts.identities import IdentityRef
from weloop.features.broadcasts import repository, runner
from weloop.features.broadcasts.runner import _advance
from weloop.mass_tasks.api import MassTaskMaker, load_counted
from weloop.outbox.api import Relay, Senders
from weloop.outbox.dead import replay_dead

from .conftest import OFFICIAL, WECOM, Company, until_it_waits
from .test_stops import drain

NUMBERS = itertools.count(1)


async def opt_out(company: Company, whom: IdentityRef) -> None:
    """They write the word, to the account or to customer service."""
    is_follower = whom.scope == "wx1"
    async with company.units.begin() as unit:
        unit.append(
            NewEvent(
                account_id=OFFICIAL if is_follower else WECOM,
                kind=EventKind.FOLLOWER_MESSAGE_RECEIVED if is_follower else EventKind.KF_MESSAGE_RECEIVED,
                dedupe=f"word:{next(NUMBERS)}",
                occurred_at=company.stage.clock.at,
                subject=whom,
                data={} if is_follower else {"open_kfid": "wk1"},
                personal={"text": "退订"},
            )
        )
    await company.stage.handle()


async def test_a_member_is_not_asked_for_who_opts_out_before_the_task_leaves(company: Company) -> None:
    gone, stays = await company.customer("甲"), await company.customer("乙")
    broadcast = await company.broadcast("mass_task", gone, stays)
    await company.freeze(broadcast)
    await company.broadcasts.work()
    await company.members.work()
    [before] = await company.ask("SELECT body FROM command WHERE name = 'CreateMassTask'")
    assert sorted(before.body["customers"]) == ["wm-乙", "wm-甲"]
    await opt_out(company, gone)
    await opt_out(company, gone)
    assert await company.ask("SELECT 1 FROM command WHERE name = 'CreateMassTask'") == []
    while await company.members.work():
        pass
    await company.stage.handle()
    [after] = await company.ask("SELECT body FROM command WHERE name = 'CreateMassTask'")
    assert after.body["customers"] == ["wm-乙"]
    assert await company.recipients(broadcast) == {gone.id: ("failed", "opted_out"), stays.id: ("queued", "")}
    assert len(await company.ask("SELECT 1 FROM mass_task")) == 1, "the first does not count for the day"


async def test_a_list_is_made_anew_without_who_opts_out_before_it_leaves(company: Company) -> None:
    people = [await company.follower(name) for name in "甲乙丙"]
    broadcast = await company.broadcast("account_mass", *people)
    await company.freeze(broadcast)
    await company.broadcasts.work()
    assert len(await company.ask("SELECT 1 FROM command WHERE name = 'SendAccountMass'")) == 1
    await opt_out(company, people[0])
    await company.broadcasts.work()
    [row] = await company.ask("SELECT body FROM command WHERE name = 'SendAccountMass'")
    assert sorted(row.body["openids"]) == ["o-丙", "o-乙"]
    assert (await company.recipients(broadcast))[people[0].id] == ("skipped", "opted_out")


class OptingOut:
    """Somebody opts out while others judge what they get: handled as far as it can be before those have written it."""

    def __init__(self, company: Company, whom: IdentityRef) -> None:
        self._company, self._whom = company, whom
        self.task: asyncio.Task[None] | None = None

    async def load_counted(self, *given: Any) -> Any:
        """As the real one, but for what happens meanwhile."""
        if self.task is None:
            self.task = asyncio.create_task(opt_out(self._company, self._whom))
            while not self.task.done() and not await self._waits():
                await asyncio.sleep(0.01)
        return await load_counted(*given)

    async def _waits(self) -> Any:
        return await self._company.ask(
            "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )

    async def handled(self) -> None:
        """To the end."""
        assert self.task is not None
        await self.task


async def test_a_member_is_not_asked_for_who_opts_out_while_the_task_is_made(company: Company) -> None:
    gone, stays = await company.customer("甲"), await company.customer("乙")
    broadcast = await company.broadcast("mass_task", gone, stays)
    await company.freeze(broadcast)
    await company.broadcasts.work()
    meanwhile = OptingOut(company, gone)
    await MassTaskMaker(company.units, meanwhile.load_counted).work()
    await meanwhile.handled()
    while await company.members.work():
        pass
    [row] = await company.ask("SELECT body FROM command WHERE name = 'CreateMassTask'")
    assert row.body["customers"] == ["wm-乙"]


async def test_a_list_is_without_who_opts_out_while_it_is_made(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [await company.follower(name) for name in "甲乙丙"]
    broadcast = await company.broadcast("account_mass", *people)
    await company.freeze(broadcast)
    meanwhile = OptingOut(company, people[0])
    monkeypatch.setattr(runner, "load_counted", meanwhile.load_counted)
    await company.broadcasts.work()
    await meanwhile.handled()
    await company.broadcasts.work()
    [row] = await company.ask("SELECT body FROM command WHERE name = 'SendAccountMass'")
    assert sorted(row.body["openids"]) == ["o-丙", "o-乙"]


async def test_what_has_left_stays_as_it_is(company: Company) -> None:
    gone, other = await company.customer("甲"), await company.customer("乙")
    broadcast = await company.broadcast("mass_task", gone, other)
    await company.freeze(broadcast)
    await company.broadcasts.work()
    await company.members.work()
    await company.ask("UPDATE command SET state = 'sending' WHERE name = 'CreateMassTask' RETURNING 1")
    await opt_out(company, gone)
    assert [row.state for row in await company.ask("SELECT state FROM mass_wish")] == ["asked", "asked"]
    assert [row.state for row in await company.ask("SELECT state FROM mass_task")] == ["creating"]


async def complain(company: Company, whom: IdentityRef) -> None:
    """Somebody notes that they complained."""
    async with company.units.begin() as unit:
        await note_wish(unit, AUTHOR, whom.id, Act.COMPLAINT_OPENED, "电话投诉")


async def talk(company: Company, whom: IdentityRef) -> None:
    """A sales person takes their lead."""
    await company.stage.happen(EventKind.LEAD_ACCEPTED, whom, lead_id=1, staff="lina", by="card")


async def turn_out_unwilling(company: Company, whom: IdentityRef) -> None:
    """They are the same person as somebody who opted out long ago."""
    other = await company.follower("旧")
    await opt_out(company, other)
    await company.join(whom, other)


HOLDS = [(opt_out, "opted_out"), (complain, "complaint"), (talk, "sales_talk"), (turn_out_unwilling, "opted_out")]
Hold = Callable[[Company, IdentityRef], Awaitable[None]]


@pytest.mark.parametrize(("hold", "gate"), HOLDS)
async def test_whatever_holds_somebody_back_takes_a_list_back_that_lies_in_the_outbox(
    company: Company, hold: Hold, gate: str
) -> None:
    people = [await company.follower(name) for name in "甲乙丙"]
    broadcast = await company.broadcast("account_mass", *people)
    await company.freeze(broadcast)
    await company.broadcasts.work()
    await hold(company, people[0])
    assert await company.ask("SELECT 1 FROM command WHERE name = 'SendAccountMass'") == []
    await company.broadcasts.work()
    [row] = await company.ask("SELECT body FROM command WHERE name = 'SendAccountMass'")
    assert sorted(row.body["openids"]) == ["o-丙", "o-乙"]
    assert (await company.recipients(broadcast))[people[0].id] == ("skipped", gate)


@pytest.mark.parametrize(("hold", "gate"), HOLDS)
async def test_whatever_holds_somebody_back_takes_a_task_back_that_lies_in_the_outbox(
    company: Company, hold: Hold, gate: str
) -> None:
    gone, stays = await company.customer("甲"), await company.customer("乙")
    broadcast = await company.broadcast("mass_task", gone, stays)
    await company.freeze(broadcast)
    await company.broadcasts.work()
    await company.members.work()
    await hold(company, gone)
    while await company.members.work():
        pass
    await company.stage.handle()
    [after] = await company.ask("SELECT body FROM command WHERE name = 'CreateMassTask'")
    assert after.body["customers"] == ["wm-乙"]
    # A talk ends: whoever is in one gets it later.
    expected = ("queued", "") if hold is talk else ("failed", gate)
    assert await company.recipients(broadcast) == {gone.id: expected, stays.id: ("queued", "")}


@pytest.mark.parametrize(("hold", "gate"), HOLDS[1:3])
async def test_a_list_that_is_being_made_while_a_hold_begins_is_made_anew(
    company: Company, hold: Hold, gate: str
) -> None:
    """A worker has judged everybody and not committed yet when the hold is written."""
    people = [await company.follower(name) for name in "甲乙丙"]
    broadcast = await company.broadcast("account_mass", *people)
    await company.freeze(broadcast)
    async with company.units.begin() as unit:
        row = await repository.claim(unit.session, unit.now)
        assert row is not None
        await _advance(unit, row)
        await unit.flush()
        begins = asyncio.create_task(hold(company, people[0]))
        await until_it_waits(company, begins)
    await begins
    await company.broadcasts.work()
    [command] = await company.ask("SELECT body FROM command WHERE name = 'SendAccountMass'")
    assert sorted(command.body["openids"]) == ["o-丙", "o-乙"]
    assert (await company.recipients(broadcast))[people[0].id] == ("skipped", gate)


TO_ALL: dict[str, object] = {"kind": "followers"}
TAGGED: dict[str, object] = {"kind": "tag", "tag_id": 7}


@pytest.mark.parametrize("hold", [opt_out, complain, talk])
@pytest.mark.parametrize("audience", [TO_ALL, TAGGED])
async def test_what_the_platform_brings_to_all_does_not_go_to_who_may_get_none(
    company: Company, hold: Hold, audience: dict[str, object]
) -> None:
    """Neither what lies in the outbox, nor what is to be handed in next; of an unknown tag anybody may be a carrier."""
    person, _ = await company.follower("甲"), await company.follower("乙")
    first = await company.broadcast("account_mass", audience=audience)
    for _ in range(2):
        await company.broadcasts.work()
    assert len(await company.ask("SELECT 1 FROM command WHERE name = 'SendAccountMass'")) == 1
    await hold(company, person)
    second = await company.broadcast("account_mass", audience=audience)
    for _ in range(4):
        await company.broadcasts.work()
    assert await company.ask("SELECT 1 FROM command WHERE name = 'SendAccountMass'") == []
    rows = await company.ask("SELECT state, failure FROM broadcast WHERE id = ANY ($1)", [first, second])
    assert [(row.state, row.failure) for row in rows] == [
        ("failed", {"code": "broadcast_unwilling", "params": {"count": 1}})
    ] * 2


async def test_a_tag_that_nobody_unwilling_carries_may_be_written_to(company: Company) -> None:
    """And whoever wants nothing, but does not follow the account."""
    await company.ask(
        "INSERT INTO tag (account_id, group_name, name, platform_id, state, created_at)"
        " VALUES ($1, '', '老客', '7', 'ready', now()) RETURNING 1",
        OFFICIAL,
    )
    await opt_out(company, await company.follower("甲"))
    broadcast = await company.broadcast("account_mass", audience=TAGGED)
    for _ in range(2):
        await company.broadcasts.work()
    assert (await company.state(broadcast), len(await company.ask("SELECT 1 FROM broadcast_job"))) == ("sending", 1)


async def refuse(company: Company, name: str, *, noted: bool = True) -> None:
    """The platform takes no such command; ``noted``: whoever made it has heard of it."""

    class Refusing:
        batch, bucket = 1, "wecom_mass_message"

        async def send(self, account_id: int, commands: Sequence[Command], now: datetime) -> Sequence[Outcome]:
            return [Rejected("no", 45015) for _ in commands]

    async def kinds(_accounts: object) -> dict[int, str]:
        return {OFFICIAL: "official_account", WECOM: "wecom"}

    senders = Senders(kinds)
    for account in ("official_account", "wecom"):
        senders.on(account, CommandName(name), Refusing())
    await drain(Relay(company.units, senders))
    if noted:
        await company.stage.handle()


@pytest.mark.parametrize(
    ("kind", "name", "list_of"),
    [("account_mass", "SendAccountMass", "openids"), ("mass_task", "CreateMassTask", "customers")],
)
async def test_what_reached_nobody_and_is_tried_again_is_made_anew(
    company: Company, kind: str, name: str, list_of: str
) -> None:
    """The platform refused it, somebody opted out, and then a person replays it. The dead letter keeps no address."""
    make = company.follower if kind == "account_mass" else company.customer
    gone, *stay = [await make(each) for each in "甲乙丙"]
    broadcast = await company.broadcast(kind, gone, *stay)
    await company.freeze(broadcast)
    await company.broadcasts.work()
    await company.members.work()

    await refuse(company, name)
    [dead] = await company.ask("SELECT id, state, body FROM command WHERE name = $1", name)
    assert (dead.state, dead.body) == ("failed", {})
    assert {state for state, _ in (await company.recipients(broadcast)).values()} == {"failed"}
    await opt_out(company, gone)
    async with company.units.begin() as unit:
        assert await replay_dead(unit, [dead.id]) == 1
    await company.broadcasts.work()
    while await company.members.work():
        pass
    await company.stage.handle()
    [row] = await company.ask("SELECT body FROM command WHERE name = $1", name)
    assert sorted(row.body[list_of]) == sorted(ref.value for ref in stay)
    assert (await company.recipients(broadcast))[gone.id][1] == "opted_out"


async def test_lists_are_made_anew_in_sets(company: Company) -> None:
    """However many there are, and as far as their broadcasts were not ended or stopped."""
    states = ("sending", "done", "failed", "stopped", "ended")
    broadcasts = []
    for state in states:
        people = [await company.follower(f"{state}{each}") for each in "甲乙"]
        broadcasts.append(await company.broadcast("account_mass", *people))
    broadcasts.append(await company.broadcast("account_mass", audience=TO_ALL))
    while await company.broadcasts.work():
        pass
    await refuse(company, "SendAccountMass")
    for broadcast, state in zip(broadcasts, states, strict=False):
        await company.ask(
            """
            UPDATE broadcast SET state = $2, next_at = CASE WHEN $2 = 'sending' THEN next_at END,
                failure = CASE WHEN $2 = 'failed' THEN '{"code": "x"}'::jsonb END,
                ended_at = CASE WHEN $2 <> 'sending' THEN started_at END WHERE id = $1 RETURNING 1
            """,
            broadcast,
            state,
        )
    letters = await company.ask("SELECT id FROM command WHERE name = 'SendAccountMass' ORDER BY id")
    assert len(letters) == len(broadcasts)
    await company.ask(
        """
        INSERT INTO broadcast_job (broadcast_id, n, account_id, to_all, persons, state, at)
        SELECT broadcast_id, 2, account_id, false, '[]', 'handed_in', at FROM broadcast_job
        WHERE broadcast_id = $1 RETURNING 1
        """,
        broadcasts[0],
    )
    statements: list[str] = []
    engine = company.units.engine.sync_engine
    listen = lambda _connection, _cursor, statement, *_: statements.append(statement)  # noqa: E731
    counts = []
    for some in (letters[:1], letters[1:]):
        statements.clear()
        event.listen(engine, "before_cursor_execute", listen)
        async with company.units.begin() as unit:
            assert await replay_dead(unit, [each.id for each in some]) == len(some)
        event.remove(engine, "before_cursor_execute", listen)
        counts.append(len(statements))
    assert counts[0] == counts[1], "one letter costs as many statements as five"
    rows = await company.ask(
        "SELECT state, next_at = $1 AS now, failure, ended_at IS NULL AS goes FROM broadcast ORDER BY id",
        company.stage.clock.at,
    )
    goes_on = ("sending", True, None, True)
    assert [tuple(row) for row in rows] == [
        *[goes_on] * 3, ("stopped", None, None, False), ("ended", None, None, False), goes_on
    ]  # fmt: skip
    left = await company.ask("SELECT broadcast_id, n FROM broadcast_job")
    assert [tuple(row) for row in left] == [(broadcasts[0], 2)], "what the platform took stays"
    assert {row.state for row in await company.ask("SELECT state FROM broadcast_recipient")} == {"waiting"}


async def test_what_is_replayed_before_its_failure_was_noted_is_made_anew(company: Company) -> None:
    people = [await company.follower(each) for each in "甲乙"]
    broadcast = await company.broadcast("account_mass", *people)
    await company.freeze(broadcast)
    await company.broadcasts.work()
    await refuse(company, "SendAccountMass", noted=False)
    [dead] = await company.ask("SELECT id FROM command WHERE name = 'SendAccountMass'")
    async with company.units.begin() as unit:
        assert await replay_dead(unit, [dead.id]) == 1
    await company.stage.handle()
    await company.broadcasts.work()
    [row] = await company.ask("SELECT state, body FROM command WHERE name = 'SendAccountMass'")
    assert (row.state, sorted(row.body["openids"])) == ("queued", sorted(ref.value for ref in people))
