"""Tasks are taken off members' phones while their platform does not answer as it should."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import pytest

from weloop.contracts.commands import Command, CommandName, Done, Outcome
from weloop.contracts.errors import Rejected
from weloop.mass_tasks.api import cancel
from weloop.outbox.api import Relay, Senders

from .conftest import WECOM, Company
from .test_many import deliver, make, pass_time
from .test_stops import drain

LOOK, CANCEL = CommandName.FETCH_MASS_TASK, CommandName.CANCEL_MASS_TASK
NOT_YET, NO = Done({"confirmed": False, "sent_at": 0, "next_cursor": ""}), Rejected("no", 60020)


class Corp:
    """Answers each command as it is told."""

    batch, bucket = 1, "wecom_mass"

    def __init__(self, answers: Mapping[CommandName, Outcome]) -> None:
        self.answers = answers
        self.got: list[str] = []

    async def send(self, account_id: int, commands: Sequence[Command], now: datetime) -> Sequence[Outcome]:
        """See ``contracts.commands.Sender``."""
        self.got += [str(command.name) for command in commands]
        return [self.answers[command.name] for command in commands]


async def answer(company: Company, **answers: Outcome) -> list[str]:
    """What is due is answered so, and heard of; which commands that were."""
    corp = Corp({LOOK: NOT_YET, CANCEL: Done(), **{CommandName(name): each for name, each in answers.items()}})

    async def kinds(_accounts: object) -> dict[int, str]:
        return {WECOM: "wecom"}

    senders = Senders(kinds)
    for name in corp.answers:
        senders.on("wecom", name, corp)
    await drain(Relay(company.units, senders))
    await company.stage.handle()
    return corp.got


async def ask_and_end(company: Company) -> int:
    """Members were asked, and then the broadcast was ended."""
    broadcast, _ = await make(company, "mass_task", "甲乙")
    await deliver(company, Done({"msgid": "m-1"}))
    await company.ask("UPDATE broadcast SET state = 'ended', next_at = NULL RETURNING 1")
    async with company.units.begin() as unit:
        assert await cancel(unit, f"broadcast:{broadcast}") == 1
    return broadcast


async def task(company: Company) -> tuple[str, set[str]]:
    """Its state, and that of its wishes."""
    [row] = await company.ask("SELECT state FROM mass_task")
    return row.state, {each.state for each in await company.ask("SELECT state FROM mass_wish")}


async def count_letters(company: Company) -> int:
    """Of looks and cancellations."""
    letters = "SELECT 1 FROM command WHERE name = ANY ($1) AND state IN ('failed', 'uncertain') AND settled_at IS NULL"
    return len(await company.ask(letters, [LOOK, CANCEL]))


async def test_a_cancellation_that_failed_is_none_and_is_tried_again(company: Company) -> None:
    broadcast = await ask_and_end(company)
    for hours in (0, 2.1, 2.1):
        await pass_time(company, hours=hours)
        assert str(CANCEL) in await answer(company, CancelMassTask=NO)
        await pass_time(company, minutes=6)
        await answer(company, CancelMassTask=NO)
        assert await task(company) == ("open", {"asked"}), "the member may confirm it"
        assert await count_letters(company) == 0, "it goes on by itself"
    await pass_time(company, hours=2.1)
    await answer(company)
    await pass_time(company, seconds=1)
    await answer(company)
    assert await task(company) == ("cancelled", {"failed"})
    assert set((await company.recipients(broadcast)).values()) == {("failed", "cancelled")}


async def test_who_confirms_what_could_not_be_cancelled_counts(company: Company) -> None:
    await ask_and_end(company)
    await answer(company, CancelMassTask=NO)
    await pass_time(company, minutes=6)
    await answer(company, FetchMassTask=Done({"confirmed": True, "sent_at": 0, "next_cursor": ""}), CancelMassTask=NO)
    assert await task(company) == ("done", {"asked"}), "results come within the hour"


async def test_the_last_look_is_repeated_until_it_tells(company: Company) -> None:
    await ask_and_end(company)
    await answer(company)
    for _ in range(3):
        await pass_time(company, hours=2.1)
        assert await answer(company, FetchMassTask=NO) == [str(LOOK)]
        assert await task(company) == ("cancelled", {"asked"})
        assert await count_letters(company) == 0
    await pass_time(company, hours=2.1)
    await answer(company)
    assert await task(company) == ("cancelled", {"failed"})


@pytest.mark.parametrize("what", ["FetchMassTask", "CancelMassTask"])
async def test_what_never_succeeds_goes_to_a_person(company: Company, what: str) -> None:
    await ask_and_end(company)
    for _ in range(90):
        await answer(company, **{what: NO})
        await pass_time(company, hours=2.1)
    assert await count_letters(company) >= 1
    assert await answer(company, **{what: NO}) == [], "nobody asks any more"
