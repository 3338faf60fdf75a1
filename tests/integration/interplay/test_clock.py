"""The world's clock is set back, or forward by days, while runs wait and a broadcast is under way."""

from datetime import timedelta

import pytest

from .conftest import Company
from .test_stops import Slow, counts, drain, publish, relay, work


@pytest.mark.parametrize("jump", [timedelta(hours=-5), timedelta(days=3)])
async def test_a_run_goes_through_its_nodes_once_whatever_the_clock_does(company: Company, jump: timedelta) -> None:
    _, version = await publish(company)
    await company.follower("甲")
    await work(company)
    began = company.stage.clock.at
    for moment in (began + timedelta(seconds=30) + jump, began + timedelta(seconds=90), began + timedelta(days=5)):
        company.stage.clock.at = moment
        await work(company)
    assert await counts(company, version) == {
        (-1, "entered"): 1, (-1, "ended_finished"): 1, (0, "elapsed"): 1, (1, "elapsed"): 1, (2, "finished"): 1,
    }  # fmt: skip
    assert await company.ask("SELECT 1 FROM journey_position") == []


@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(hours=6)])
async def test_a_broadcast_reaches_everybody_once_whatever_the_clock_does(company: Company, jump: timedelta) -> None:
    people = [await company.follower(name) for name in "甲乙丙丁"]
    broadcast = await company.broadcast("service", *people, per_minute=6)
    await company.freeze(broadcast)
    sender = Slow()
    sender.gate.set()
    made = relay(company, sender)
    began = company.stage.clock.at
    await company.broadcasts.work()
    await drain(made)
    company.stage.clock.at = began + jump
    await company.broadcasts.work()
    await drain(made)
    for step in range(1, 9):
        company.stage.clock.at = began + max(jump, timedelta()) + timedelta(seconds=10 * step)
        await company.broadcasts.work()
        await drain(made)
        await company.stage.handle()
    assert sorted(sender.sent) == sorted(f"o-{name}" for name in "甲乙丙丁")
    assert {state for state, _ in (await company.recipients(broadcast)).values()} == {"sent"}
