"""The platform took a list, and the callback that tells of its end never comes."""

from datetime import timedelta
from typing import Any

import pytest

from weloop.contracts.commands import Command, CommandName, Done, Outcome
from weloop.contracts.errors import Rejected
from weloop.contracts.events import EventKind
from weloop.contracts.identities import IdentityKind, IdentityRef
from weloop.outbox.api import Relay, Senders

from .conftest import OFFICIAL, Company
from .test_many import deliver, make_list
from .test_stops import drain

HELPER = IdentityRef(IdentityKind.FOLLOWER, "wx1", "o-helper")


class Desk:
    """Answers how jobs ended, as it is told."""

    batch, bucket = 1, "mass"

    def __init__(self, *answers: Outcome) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def send(self, account_id: int, commands: list[Command], now: object) -> list[Outcome]:
        """See ``contracts.commands.Sender``."""
        self.asked += [str(command.body["msg_id"]) for command in commands]
        return [self.answers.pop(0) for _ in commands]

    async def hours(self, company: Company, hours: float) -> None:
        """Time goes by, minute by minute as far as anybody looks."""
        company.stage.clock.at += timedelta(hours=hours)
        for _ in range(3):
            await company.broadcasts.work()
            await drain(self._relay(company))
            await company.stage.handle()
            company.stage.clock.at += timedelta(minutes=1)

    def _relay(self, company: Company) -> Relay:
        async def kinds(_accounts: object) -> dict[int, str]:
            return {OFFICIAL: "official_account"}

        senders = Senders(kinds)
        senders.on("official_account", CommandName.FETCH_ACCOUNT_MASS, self)  # type: ignore[arg-type]
        return Relay(company.units, senders)


def says(status: str) -> Done:
    return Done({"status": status})


async def job_of(company: Company) -> tuple[Any, ...]:
    [job] = await company.ask("SELECT state, told FROM broadcast_job")
    return tuple(job)


@pytest.mark.parametrize(("status", "told"), [("SEND_SUCCESS", "sent"), ("SEND_FAIL", "failed"), ("DELETE", "deleted")])
async def test_a_job_whose_callback_is_lost_is_asked_for(company: Company, status: str, told: str) -> None:
    broadcast = await make_list(company)
    await deliver(company, Done({"msg_id": "m-1"}))
    desk = Desk(says(status))
    await desk.hours(company, 0.8)
    assert (desk.asked, await company.state(broadcast)) == ([], "sending")
    await desk.hours(company, 0.2)
    assert (desk.asked, await company.state(broadcast)) == (["m-1"], "done")
    assert await job_of(company) == ("handed_in", told)


async def test_a_job_is_asked_for_ever_more_rarely_and_not_for_ever(company: Company) -> None:
    broadcast = await make_list(company)
    await deliver(company, Done({"msg_id": "m-1"}))
    desk = Desk(says("SENDING"), Rejected("not allowed", 48001), says("NEW_WORD"), *[says("SENDING")] * 9)
    for _ in range(71):
        await desk.hours(company, 0.95)
    assert (len(desk.asked), await company.state(broadcast)) == (7, "sending")
    [failed] = await company.ask("SELECT settled_at FROM command WHERE name = 'FetchAccountMass' AND state = 'failed'")
    assert failed.settled_at is not None, "a look that failed is no dead letter"
    for _ in range(3):
        await desk.hours(company, 1)
    assert (len(desk.asked), await company.state(broadcast)) == (7, "done")
    assert await job_of(company) == ("handed_in", None)


async def test_a_job_of_which_no_id_is_known_ends_a_broadcast(company: Company) -> None:
    broadcast = await make_list(company)
    await deliver(company, Done({}))
    await (desk := Desk()).hours(company, 1)
    assert (desk.asked, await company.state(broadcast)) == ([], "done")


async def test_nobody_is_asked_where_the_callback_came_and_a_late_one_is_heard(company: Company) -> None:
    broadcast = await make_list(company)
    await deliver(company, Done({"msg_id": "m-1"}))
    end = {"msg_id": "m-1", "status": "send success", "total": 2, "chosen": 2, "sent": 2, "failed": 0}
    desk = Desk(says("SEND_SUCCESS"))
    await company.stage.happen(EventKind.MASS_JOB_FINISHED, HELPER, **end)
    await desk.hours(company, 2)
    assert (desk.asked, await company.state(broadcast)) == ([], "done")
    other = await make_list(company, "丙丁")
    await deliver(company, Done({"msg_id": "m-2"}))
    await desk.hours(company, 2)
    assert (desk.asked, await company.state(other)) == (["m-2"], "done")
    await company.stage.happen(EventKind.MASS_JOB_FINISHED, HELPER, **{**end, "msg_id": "m-2"})
    results = await company.ask("SELECT msg_id, sent FROM broadcast_job_result ORDER BY msg_id")
    assert [tuple(row) for row in results] == [("m-1", 2), ("m-2", 2)]
