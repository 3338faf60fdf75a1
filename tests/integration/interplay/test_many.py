"""What reaches many with one command: lists of official accounts and tasks of members, from being made to their end."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from weloop.contracts.commands import Command, CommandName, Done, Outcome
from weloop.contracts.errors import (
    Conflict,
    CredentialExpired,
    PlatformError,
    QuotaExceeded,
    Rejected,
    Retryable,
    Uncertain,
)
from weloop.contracts.identities import IdentityRef
from weloop.outbox.api import Relay, RelayLimits, Senders
from weloop.outbox.dead import replay_dead

from .conftest import OFFICIAL, WECOM, Company
from .test_opt_outs import opt_out
from .test_stops import drain

LIST, TASK = CommandName.SEND_ACCOUNT_MASS, CommandName.CREATE_MASS_TASK


class Platform:
    """Answers every command with the same."""

    batch, bucket = 1, "mass"

    def __init__(self, answer: Outcome) -> None:
        self.answer = answer
        self.got: list[Command] = []

    async def send(self, account_id: int, commands: Sequence[Command], now: datetime) -> Sequence[Outcome]:
        """See ``contracts.commands.Sender``."""
        self.got += commands
        return [self.answer for _ in commands]

    def relay(self, company: Company, **limits: Any) -> Relay:
        """That sends to it what reaches many."""

        async def kinds(_accounts: object) -> dict[int, str]:
            return {OFFICIAL: "official_account", WECOM: "wecom"}

        senders = Senders(kinds)
        senders.on("official_account", LIST, self)
        senders.on("wecom", TASK, self)
        return Relay(company.units, senders, limits=RelayLimits(**limits))


async def deliver(company: Company, answer: Outcome, *, noted: bool = True) -> Platform:
    """Give the platform what is due; ``noted``: whoever made it has heard of what became of it."""
    platform = Platform(answer)
    await drain(platform.relay(company))
    if noted:
        await company.stage.handle()
    return platform


async def make_list(company: Company, names: str = "甲乙") -> int:
    """A list that lies in the outbox."""
    broadcast = await company.broadcast("account_mass", *[await company.follower(name) for name in names])
    await company.freeze(broadcast)
    await company.broadcasts.work()
    return broadcast


async def replay(company: Company) -> None:
    """A person lets what is dead be tried again."""
    dead = await company.ask("SELECT id FROM command WHERE state IN ('failed', 'uncertain')")
    async with company.units.begin() as unit:
        assert await replay_dead(unit, [row.id for row in dead]) == len(dead) > 0
    await company.broadcasts.work()


async def test_what_becomes_of_a_list_that_was_made_anew_is_heard(company: Company) -> None:
    """Both times it ended with its first attempt."""
    broadcast = await make_list(company)
    await deliver(company, Rejected("no", 45015))
    await replay(company)
    await deliver(company, Done({"msg_id": "m-2"}))
    jobs = await company.ask("SELECT state, msg_id FROM broadcast_job")
    assert [tuple(job) for job in jobs] == [("handed_in", "m-2")]
    assert {state for state, _ in (await company.recipients(broadcast)).values()} == {"sent"}


async def test_the_late_word_of_a_list_does_not_end_the_one_made_instead(company: Company) -> None:
    """It is replayed before its failure was noted."""
    broadcast = await make_list(company)
    await deliver(company, Rejected("no", 45015), noted=False)
    await replay(company)
    await company.stage.handle()
    assert [job.state for job in await company.ask("SELECT state FROM broadcast_job")] == ["sending"]
    assert {state for state, _ in (await company.recipients(broadcast)).values()} == {"queued"}


async def make(company: Company, kind: str, names: str = "甲乙丙") -> tuple[int, list[IdentityRef]]:
    """A command for these that lies in the outbox."""
    people = [await (company.follower if kind == "account_mass" else company.customer)(name) for name in names]
    broadcast = await company.broadcast(kind, *people)
    await company.freeze(broadcast)
    await company.broadcasts.work()
    await company.members.work()
    return broadcast, people


async def pass_time(company: Company, **time: float) -> None:
    """And let whoever makes such commands do what is due."""
    company.stage.clock.at += timedelta(**time)
    while await company.members.work():
        pass
    await company.broadcasts.work()
    await company.stage.handle()


def listed(platform: Platform) -> list[list[str]]:
    """Whom the platform was told to bring it to."""
    return [sorted(command.body.get("openids") or command.body["customers"]) for command in platform.got]


KINDS = ("account_mass", "mass_task")


class Standing(Platform):
    """Answers once it is let to."""

    def __init__(self, answer: Outcome) -> None:
        super().__init__(answer)
        self.gate = asyncio.Event()

    async def send(self, account_id: int, commands: Sequence[Command], now: datetime) -> Sequence[Outcome]:
        """See ``contracts.commands.Sender``."""
        answers = await super().send(account_id, commands, now)
        await self.gate.wait()
        return answers

    async def take(self, company: Company, **limits: Any) -> Relay:
        """Until it has something in hand."""
        made = self.relay(company, **limits)
        assert await made.work()
        while not self.got:
            await asyncio.sleep(0)
        return made


NOT_TAKEN: list[PlatformError] = [
    Retryable("busy", -1),
    QuotaExceeded("too many today", 45028),
    CredentialExpired("bad secret", 40001),
]


@pytest.mark.parametrize("answer", NOT_TAKEN)
@pytest.mark.parametrize("kind", KINDS)
async def test_who_opts_out_while_it_is_handed_in_gets_none_where_the_platform_did_not_take_it(
    company: Company, kind: str, answer: PlatformError
) -> None:
    broadcast, [gone, *stay] = await make(company, kind)
    platform = Standing(answer)
    sending = await platform.take(company)
    await opt_out(company, gone)
    platform.gate.set()
    await sending.drain()
    assert await company.ask("SELECT 1 FROM command WHERE name = ANY ($1)", [LIST, TASK]) == []
    await pass_time(company, minutes=11)
    taken = await deliver(company, Done({"msg_id": "m-1", "msgid": "m-1"}))
    assert listed(taken) == [sorted(ref.value for ref in stay)]
    assert (await company.recipients(broadcast))[gone.id][1] == "opted_out"


@pytest.mark.parametrize("kind", KINDS)
async def test_whoever_waits_since_the_platform_did_not_take_it_says_why(company: Company, kind: str) -> None:
    broadcast, people = await make(company, kind)
    await deliver(company, CredentialExpired("bad secret", 40001))
    rows = await company.ask(
        "SELECT state, reason FROM broadcast_recipient WHERE $1 = 'account_mass'"
        " UNION ALL SELECT state, reason FROM mass_wish",
        kind,
    )
    assert [tuple(row) for row in rows] == [("waiting", "account_unwell")] * len(people)
    again = await deliver(company, Done())
    await pass_time(company, minutes=9)
    assert listed(again) == listed(await deliver(company, Done())) == [], "not before ten minutes are over"
    await pass_time(company, minutes=2)
    assert listed(await deliver(company, Done({"msg_id": "m-1", "msgid": "m-1"}))) == [
        sorted(ref.value for ref in people)
    ]
    assert await company.state(broadcast) == "sending"


@pytest.mark.parametrize("kind", KINDS)
async def test_what_is_made_after_a_trouble_began_tries_for_all(company: Company, kind: str) -> None:
    """One try, once in ten minutes, is the whole command's, not that of one person on it."""
    first, _ = await make(company, kind, "甲乙")
    await deliver(company, CredentialExpired("bad secret", 40001))
    _, people = await make(company, kind, "丙丁")
    await deliver(company, Done())
    await pass_time(company, minutes=11)
    taken = await deliver(company, Done({"msg_id": "m-1", "msgid": "m-1"}))
    await pass_time(company, minutes=11)
    taken.got += (await deliver(company, Done({"msg_id": "m-2", "msgid": "m-2"}))).got
    assert sorted(name for names in listed(taken) for name in names) == sorted(
        ref.value for ref in [*people, *(await _of(company, first))]
    )
    assert all(len(names) >= 2 for names in listed(taken))


async def _of(company: Company, broadcast: int) -> list[Any]:
    return list(
        await company.ask("SELECT address AS value FROM broadcast_recipient WHERE broadcast_id = $1", broadcast)
    )


@pytest.mark.parametrize("kind", KINDS)
async def test_a_stop_lasts_until_what_is_handed_in_is_over(company: Company, kind: str) -> None:
    """The platform does not take it: nothing is left in the outbox of what is stopped."""
    broadcast, people = await make(company, kind)
    platform = Standing(Retryable("busy", -1))
    sending = await platform.take(company)
    await company.ask(
        "UPDATE broadcast SET stopped_from = state, state = 'stopping', next_at = $1 RETURNING 1",
        company.stage.clock.at,
    )
    for _ in range(3):
        await pass_time(company, seconds=2)
        assert await company.state(broadcast) == "stopping"
    platform.gate.set()
    await sending.drain()
    for _ in range(3):
        await pass_time(company, seconds=2)
    assert await company.state(broadcast) == "stopped"
    assert {state for state, _ in (await company.recipients(broadcast)).values()} == {"waiting"}
    await pass_time(company, hours=1)
    assert listed(await deliver(company, Done())) == []
    assert len(people) == 3


async def test_a_list_that_nobody_takes_is_kept_for_so_long(company: Company) -> None:
    """However often it comes back."""
    broadcast, _ = await make(company, "account_mass")
    tries = 0
    while {state for state, _ in (await company.recipients(broadcast)).values()} != {"skipped"}:
        tries += len((await deliver(company, Retryable("busy", -1))).got)
        await pass_time(company, hours=5)
        assert tries < 20
    assert set((await company.recipients(broadcast)).values()) == {("skipped", "expired")}
    await pass_time(company, minutes=1)
    assert await company.state(broadcast) == "done"


async def test_what_may_have_been_taken_is_repeated_as_it_was(company: Company) -> None:
    broadcast, people = await make(company, "account_mass")
    await opt_out_after(company, await deliver_once(company, Uncertain("no answer")), people[0])
    company.stage.clock.at += timedelta(minutes=1)
    taken = await deliver(company, Done({"msg_id": "m-1"}))
    assert listed(taken) == [sorted(ref.value for ref in people)]
    assert {state for state, _ in (await company.recipients(broadcast)).values()} == {"sent"}


async def deliver_once(company: Company, answer: Outcome) -> Platform:
    """One attempt."""
    platform = Platform(answer)
    made = platform.relay(company)
    await made.work()
    await made.drain()
    return platform


async def opt_out_after(company: Company, _platform: Platform, whom: IdentityRef) -> None:
    """Once it was tried."""
    await opt_out(company, whom)


@pytest.mark.parametrize("kind", KINDS)
async def test_nothing_leaves_at_night_that_waited_for_its_account(company: Company, kind: str) -> None:
    """The credential breaks in the evening and is mended at two in the morning."""
    _, people = await make(company, kind)
    company.stage.clock.at += timedelta(hours=10, minutes=30)  # half past seven in the evening
    await deliver(company, CredentialExpired("bad secret", 40001))
    assert await company.ask("SELECT 1 FROM command WHERE name = ANY ($1)", [LIST, TASK]) == []
    await pass_time(company, hours=6, minutes=30)
    await company.ask("DELETE FROM account_trouble RETURNING 1")
    for _ in range(3):
        assert listed(await deliver(company, Done())) == []
        await pass_time(company, hours=1)
    await pass_time(company, hours=5)  # ten o'clock
    assert listed(await deliver(company, Done({"msg_id": "m-1", "msgid": "m-1"}))) == [
        sorted(ref.value for ref in people)
    ]


@pytest.mark.parametrize("kind", KINDS)
async def test_what_no_worker_sent_in_the_evening_waits_for_the_morning(company: Company, kind: str) -> None:
    _, people = await make(company, kind)
    company.stage.clock.at += timedelta(hours=15)  # midnight
    assert listed(await deliver(company, Done())) == []
    await pass_time(company, hours=10)
    assert listed(await deliver(company, Done({"msg_id": "m-1", "msgid": "m-1"}))) == [
        sorted(ref.value for ref in people)
    ]


async def test_a_list_that_a_killed_worker_had_in_hand_is_repeated_only_while_the_platform_knows_it(
    company: Company,
) -> None:
    """The power fails once it is handed in; the machine is back 30 hours later."""
    broadcast, people = await make(company, "account_mass")
    killed = Standing(Done({"msg_id": "m-1"}))
    sending = await killed.take(company, lease=timedelta(0))
    company.stage.clock.at += timedelta(hours=30)
    assert listed(await deliver(company, Done({"msg_id": "m-2"}))) == []
    assert {state for state, _ in (await company.recipients(broadcast)).values()} == {"uncertain"}
    [dead] = await company.ask("SELECT id, state FROM command WHERE name = $1", LIST)
    assert dead.state == "uncertain"
    with pytest.raises(Conflict, match="expired"):
        async with company.units.begin() as unit:
            await replay_dead(unit, [dead.id])
    killed.gate.set()
    await sending.drain()
    assert len(killed.got) == 1
    assert len(people) == 3


async def test_a_list_of_which_nobody_hears_ends_as_uncertain(company: Company) -> None:
    """And is repeated by hand while the platform knows it, and no longer."""
    broadcast, people = await make(company, "account_mass")
    for _ in range(10):
        await deliver_once(company, Uncertain("no answer"))
        company.stage.clock.at += timedelta(minutes=11)
    await company.stage.handle()
    assert {state for state, _ in (await company.recipients(broadcast)).values()} == {"uncertain"}
    [dead] = await company.ask("SELECT id, state FROM command WHERE name = $1", LIST)
    assert dead.state == "uncertain"
    await replay(company)
    assert listed(await deliver_once(company, Uncertain("no answer"))) == [sorted(ref.value for ref in people)]
    company.stage.clock.at += timedelta(days=1)
    with pytest.raises(Conflict, match="expired"):
        async with company.units.begin() as unit:
            await replay_dead(unit, [dead.id])


async def test_a_dead_task_is_replayed_for_whom_nobody_stopped_it(company: Company) -> None:
    mine, others = await company.customer("甲"), await company.customer("乙")
    ended, other = await company.broadcast("mass_task", mine), await company.broadcast("mass_task", others)
    for each in (ended, other):
        await company.freeze(each)
        await company.broadcasts.work()
    await company.members.work()
    await deliver(company, Rejected("no", 45015))
    await company.ask("UPDATE broadcast SET state = 'ended', next_at = NULL WHERE id = $1 RETURNING 1", ended)
    await replay(company)
    await pass_time(company, minutes=1)
    assert listed(await deliver(company, Done({"msgid": "m-1"}))) == [["wm-乙"]]
    assert (await company.recipients(ended))[mine.id] == ("waiting", "")
    assert (await company.recipients(other))[others.id] == ("asked", "")
