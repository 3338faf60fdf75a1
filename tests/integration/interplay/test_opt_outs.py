"""Somebody wants no more while a message that reaches many lies in the outbox, as while its account does not work."""

import itertools

from weloop.contracts.events import EventKind, NewEvent
from weloop.contracts.identities import IdentityRef

from .conftest import OFFICIAL, WECOM, Company

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
