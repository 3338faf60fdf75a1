"""More people leave than usual, while tasks of members and lists of 群发 are made."""

from datetime import timedelta

from weloop.accounts.api import Trouble, What, lift_brake, note_troubles
from weloop.contracts.identities import IdentityRef
from weloop.kit.clock import beijing_date, midnight
from weloop.kit.db import run

from .conftest import OFFICIAL, WECOM, Company

LIVE = 5


async def sign_up(company: Company, *people: IdentityRef) -> None:
    async with company.units.begin() as unit:
        for each in people:
            await run(unit.connection, "INSERT INTO sign_up VALUES ($1, $2, $3, 1)", each.id, LIVE, unit.now)


async def brake(company: Company, account: int) -> None:
    async with company.units.begin() as unit:
        await note_troubles(unit, [Trouble(account, What.LEAVING, lately=10)])


async def lift(company: Company, account: int) -> None:
    async with company.units.begin() as unit:
        await lift_brake(unit, account, What.LEAVING, unit.now + timedelta(days=1))


async def commands(company: Company, name: str) -> list[tuple[list[str], object]]:
    """Whom those in the outbox are for, and the campaign that all of these asked for."""
    rows = await company.ask("SELECT body, occasion FROM command WHERE name = $1 ORDER BY id", name)
    return [
        (sorted(row.body.get("customers") or row.body["openids"]), (row.occasion or {}).get("campaign_id"))
        for row in rows
    ]


async def test_members_are_asked_for_who_signed_up_and_the_others_wait(company: Company) -> None:
    wants, other = await company.customer("甲"), await company.customer("乙")
    await sign_up(company, wants)
    await brake(company, WECOM)
    broadcast = await company.broadcast("mass_task", wants, other, campaign_id=LIVE)
    await company.freeze(broadcast)
    await company.broadcasts.work()
    while await company.members.work():
        pass
    assert await commands(company, "CreateMassTask") == [(["wm-甲"], LIVE)]
    [wish] = await company.ask("SELECT identity_id, reason, due FROM mass_wish WHERE state = 'waiting'")
    assert (wish.identity_id, wish.reason) == (other.id, "account_braked")
    await lift(company, WECOM)
    company.stage.clock.at = wish.due
    while await company.members.work():
        pass
    assert await commands(company, "CreateMassTask") == [(["wm-甲"], LIVE), (["wm-乙"], None)]


async def test_a_task_that_not_all_asked_for_names_no_campaign(company: Company) -> None:
    wants, other = await company.customer("甲"), await company.customer("乙")
    await sign_up(company, wants)
    broadcast = await company.broadcast("mass_task", wants, other, campaign_id=LIVE)
    await company.freeze(broadcast)
    await company.broadcasts.work()
    await company.members.work()
    assert await commands(company, "CreateMassTask") == [(["wm-乙", "wm-甲"], None)]


async def test_a_list_goes_to_who_signed_up_and_the_others_wait_as_long_as_they_are_kept(company: Company) -> None:
    people = [await company.follower(name) for name in "甲乙丙丁"]
    await sign_up(company, *people[:2])
    await brake(company, OFFICIAL)
    kept = await company.broadcast("account_mass", *people, campaign_id=LIVE)
    await company.freeze(kept)
    await company.broadcasts.work()
    assert await commands(company, "SendAccountMass") == [(["o-乙", "o-甲"], LIVE)]
    recipients = await company.recipients(kept)
    assert {recipients[each.id] for each in people[2:]} == {("waiting", "")}
    company.stage.clock.at += timedelta(minutes=11)
    await company.broadcasts.work()
    assert len(await commands(company, "SendAccountMass")) == 1, "it still stands"
    company.stage.clock.at += timedelta(hours=72)
    await company.broadcasts.work()
    recipients = await company.recipients(kept)
    assert {recipients[each.id] for each in people[2:]} == {("skipped", "account_braked")}


async def test_the_rest_of_a_list_goes_once_it_is_over(company: Company) -> None:
    people = [await company.follower(name) for name in "甲乙丙"]
    await brake(company, OFFICIAL)
    broadcast = await company.broadcast("account_mass", *people)
    await company.freeze(broadcast)
    await company.broadcasts.work()
    assert await commands(company, "SendAccountMass") == []
    await lift(company, OFFICIAL)
    company.stage.clock.at += timedelta(minutes=11)
    await company.broadcasts.work()
    assert await commands(company, "SendAccountMass") == [(["o-丙", "o-乙", "o-甲"], None)]


async def test_a_list_that_waits_outlasts_the_night(company: Company) -> None:
    people = [await company.follower(name) for name in "甲乙丙"]
    await brake(company, OFFICIAL)
    broadcast = await company.broadcast("account_mass", *people)
    await company.freeze(broadcast)
    noon = midnight(beijing_date(company.stage.clock.at)) + timedelta(hours=36)
    for hours in (0, 11):  # by day, and at eleven in the evening
        company.stage.clock.at = noon + timedelta(hours=hours)
        await company.broadcasts.work()
    await lift(company, OFFICIAL)
    company.stage.clock.at = noon + timedelta(hours=20)
    assert await company.broadcasts.work() == 0, "nobody looks before the morning"
    assert set((await company.recipients(broadcast)).values()) == {("waiting", "")}
    company.stage.clock.at = noon + timedelta(hours=20, minutes=31)
    await company.broadcasts.work()
    assert await commands(company, "SendAccountMass") == [(["o-丙", "o-乙", "o-甲"], None)]
