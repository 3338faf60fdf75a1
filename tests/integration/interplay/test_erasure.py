"""Somebody is erased while runs, recipients, wishes and commands wait: nothing leaves, and nothing is kept of them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from weloop.contracts.commands import Command, CommandName, Delivery, Done, Occasion, Outcome
from weloop.contracts.errors import PlatformError, Rejected, Retryable, Uncertain
from weloop.contracts.identities import IdentityRef
from weloop.identity.forgetting import forget
from weloop.outbox.api import Relay, Senders

from .conftest import OFFICIAL, Company

KEPT = """
SELECT 'command' AS place FROM command WHERE body::text LIKE $1
UNION ALL SELECT 'wish' FROM mass_wish WHERE external_userid LIKE $1
UNION ALL SELECT 'recipient' FROM broadcast_recipient WHERE address LIKE $1
UNION ALL SELECT 'identity' FROM identity WHERE value LIKE $1
"""


class Sender:
    """Answers as it is told, after what happens meanwhile."""

    batch, bucket = 10, "official_account_message"

    def __init__(self, company: Company, answer: Outcome, whom: IdentityRef | None = None) -> None:
        self.company, self.answer, self.whom = company, answer, whom
        self.sent = 0

    async def send(self, account_id: int, commands: Sequence[Command], now: datetime) -> Sequence[Outcome]:
        """See ``contracts.commands.Sender``."""
        self.sent += len(commands)
        if self.whom is not None:
            await erase(self.company, self.whom)
        return [self.answer for _ in commands]


def relay(company: Company, sender: Sender) -> Relay:
    async def kinds(_accounts: object) -> dict[int, str]:
        return {OFFICIAL: "official_account"}

    senders = Senders(kinds)
    senders.on("official_account", CommandName.SEND_SERVICE_MESSAGE, sender)
    return Relay(company.units, senders)


async def send(company: Company, sender: Sender) -> None:
    made = relay(company, sender)
    while await made.work():
        await made.drain()
    await company.stage.handle()


async def erase(company: Company, *refs: IdentityRef) -> None:
    async with company.units.begin() as unit:
        await forget(unit, [ref.id for ref in refs], [])
    await company.stage.handle()


async def kept(company: Company, name: str) -> set[str]:
    return {row.place for row in await company.ask(KEPT, f"%{name}%")}


async def test_nothing_of_a_broadcast_reaches_who_is_erased_and_it_ends(company: Company) -> None:
    """One waits on the list, one in the outbox."""
    queued, waiting, stays = [await company.follower(name) for name in ("甲", "乙", "丙")]
    first = await company.broadcast("service", queued)
    second = await company.broadcast("service", waiting, stays)
    await company.freeze(first)
    await company.broadcasts.work()
    await company.freeze(second)
    await erase(company, queued, waiting)
    assert await company.recipients(first) == {queued.id: ("skipped", "erased")}
    assert await company.recipients(second) == {waiting.id: ("skipped", "erased"), stays.id: ("waiting", "")}
    sender = Sender(company, Done())
    for _ in range(3):
        await company.broadcasts.work()
        await send(company, sender)
        company.stage.clock.at += company.stage.clock.at.resolution * 10_000_000
    assert (sender.sent, await company.state(first), await company.state(second)) == (1, "done", "done")
    assert (await kept(company, "o-甲"), await kept(company, "o-乙")) == (set(), set())


async def test_no_member_is_asked_for_who_is_erased(company: Company) -> None:
    gone, stays = await company.customer("甲"), await company.customer("乙")
    broadcast = await company.broadcast("mass_task", gone, stays)
    await company.freeze(broadcast)
    await company.broadcasts.work()
    await erase(company, gone)
    assert await company.members.work()
    await company.stage.handle()
    [task] = await company.ask("SELECT body FROM command WHERE key LIKE 'mass_task:%'")
    assert task.body["customers"] == ["wm-乙"]
    assert await company.recipients(broadcast) == {gone.id: ("failed", "erased"), stays.id: ("queued", "")}
    assert await kept(company, "wm-甲") == set()


@pytest.mark.parametrize("kind", ["mass_task", "account_mass"])
async def test_what_reaches_many_and_lies_in_the_outbox_is_made_anew(company: Company, kind: str) -> None:
    make = company.follower if kind == "account_mass" else company.customer
    gone, *stay = [await make(name) for name in "甲乙丙"]
    broadcast = await company.broadcast(kind, gone, *stay)
    await company.freeze(broadcast)
    await company.broadcasts.work()
    await company.members.work()
    name = "SendAccountMass" if kind == "account_mass" else "CreateMassTask"
    assert len(await company.ask("SELECT 1 FROM command WHERE name = $1", name)) == 1
    await erase(company, gone)
    assert await kept(company, "-甲") == set()
    await company.broadcasts.work()
    await company.members.work()
    [row] = await company.ask("SELECT body FROM command WHERE name = $1", name)
    assert sorted(row.body["openids" if kind == "account_mass" else "customers"]) == sorted(ref.value for ref in stay)
    assert (await company.recipients(broadcast))[gone.id][1] == "erased"


@pytest.mark.parametrize("answer", [Done(), Rejected("no", 45015)])
async def test_what_is_sent_at_this_moment_ends_as_it_does_and_keeps_no_words(
    company: Company, answer: Outcome
) -> None:
    person = await company.follower("甲")
    broadcast = await company.broadcast("service", person)
    await company.freeze(broadcast)
    await company.broadcasts.work()
    await send(company, Sender(company, answer, person))
    state = "sent" if isinstance(answer, Done) else "failed"
    assert (await company.recipients(broadcast))[person.id][0] == state
    assert await kept(company, "o-甲") == set()


@pytest.mark.parametrize(
    ("answer", "before", "after"),
    [(Rejected("no", 45015), "failed", "failed"), (Uncertain("?"), "uncertain", "uncertain")],
)
async def test_a_dead_letter_to_who_is_erased_is_settled(
    company: Company, answer: Outcome, before: str, after: str
) -> None:
    person = await company.follower("甲")
    broadcast = await company.broadcast("service", person)
    await company.freeze(broadcast)
    await company.broadcasts.work()
    await send(company, Sender(company, answer))
    assert (await company.recipients(broadcast))[person.id][0] == before
    await erase(company, person)
    [row] = await company.ask(
        "SELECT state, settled_at IS NOT NULL AS settled FROM command WHERE key LIKE 'broadcast:%'"
    )
    assert (row.state, row.settled) == (after, True)
    assert (await company.recipients(broadcast))[person.id][0] == after
    assert await kept(company, "o-甲") == set()


@pytest.mark.parametrize(
    ("answer", "state"),
    [(Retryable("busy", -1), "failed"), (Rejected("no", 45015), "failed"), (Uncertain("?"), "uncertain")],
)
async def test_what_does_not_go_out_at_this_moment_is_not_tried_again_and_bothers_nobody(
    company: Company, answer: PlatformError, state: str
) -> None:
    person = await company.follower("甲")
    async with company.units.begin() as unit:
        unit.enqueue(
            Command(
                "answer",
                CommandName.SEND_SERVICE_MESSAGE,
                OFFICIAL,
                {"openid": "o-甲"},
                Delivery.AT_MOST_ONCE,
                subject_id=person.id,
                occasion=Occasion(answers=company.stage.clock.at),
            )
        )
    sender = Sender(company, answer, person)
    await send(company, sender)
    company.stage.clock.at += timedelta(minutes=5)
    await send(company, sender)
    [row] = await company.ask("SELECT state, settled_at IS NULL AS open FROM command WHERE key = 'answer'")
    assert (sender.sent, row.state, row.open) == (1, state, False)


async def test_what_may_have_left_is_told_as_uncertain(company: Company) -> None:
    person = await company.follower("甲")
    async with company.units.begin() as unit:
        unit.enqueue(
            Command(
                "once",
                CommandName.SEND_SERVICE_MESSAGE,
                OFFICIAL,
                {"openid": "o-甲"},
                Delivery.IDEMPOTENT,
                subject_id=person.id,
            )
        )
    await company.ask("UPDATE command SET unsure = true, attempts = 1 WHERE key = 'once' RETURNING 1")
    await erase(company, person)
    told = await company.ask("SELECT kind, data ->> 'code' AS code FROM event WHERE data ->> 'key' = 'once'")
    assert [tuple(row) for row in told] == [("CommandUncertain", "erased")]
    assert await company.ask("SELECT 1 FROM command WHERE key = 'once' AND settled_at IS NOT NULL") != []
