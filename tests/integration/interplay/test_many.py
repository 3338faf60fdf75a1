"""What reaches many with one command: lists of official accounts and tasks of members, from being made to their end."""

from collections.abc import Sequence
from datetime import datetime

from weloop.contracts.commands import Command, CommandName, Done, Outcome
from weloop.contracts.errors import Rejected
from weloop.outbox.api import Relay, Senders
from weloop.outbox.dead import replay_dead

from .conftest import OFFICIAL, WECOM, Company
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

    def relay(self, company: Company) -> Relay:
        """That sends to it what reaches many."""

        async def kinds(_accounts: object) -> dict[int, str]:
            return {OFFICIAL: "official_account", WECOM: "wecom"}

        senders = Senders(kinds)
        senders.on("official_account", LIST, self)
        senders.on("wecom", TASK, self)
        return Relay(company.units, senders)


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
