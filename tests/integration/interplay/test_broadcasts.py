"""Broadcasts under way while persons turn out to be one, jobs are taken back, and others cannot go on."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from weloop.contracts.events import Event, EventKind
from weloop.contracts.identities import Alias, IdentityKind, IdentityRef, Strength
from weloop.features.broadcasts import repository
from weloop.features.broadcasts.rules import load_limits
from weloop.features.broadcasts.runner import _advance
from weloop.features.broadcasts.service import load
from weloop.features.broadcasts.views import page_recipients
from weloop.identity.api import record
from weloop.kit.pagination import PageRequest
from weloop.outbox.api import Relay

from .conftest import OFFICIAL, Company, until_it_waits
from .test_stops import Slow, drain, relay


async def test_who_turns_out_to_be_a_customer_is_still_called_by_name(company: Company) -> None:
    """Between the list and the message a profile joins the follower to a customer: the person has another number."""
    follower = await company.follower("王工")
    broadcast = await company.broadcast("service", follower, content={"text": "{{name}}，您好"})
    await company.freeze(broadcast)
    await company.join(follower, await company.customer("王总"))
    await company.broadcasts.work()
    assert await company.recipients(broadcast) == {follower.id: ("queued", "")}
    [command] = await company.ask("SELECT body FROM command WHERE key LIKE 'broadcast:%'")
    assert command.body == {"openid": "o-王工", "text": "王总，您好"}
    async with company.units.begin() as unit:
        shown = await page_recipients(unit, await load(unit, broadcast), None, PageRequest(page=1, size=20))
    assert [each.name for each in shown.items] == ["王总"]


async def test_who_is_listed_under_a_number_of_before_is_reached_once(company: Company) -> None:
    """The list was written before two of it turned out to be one."""
    people = [await company.follower("甲"), await company.follower("乙")]
    broadcast = await company.broadcast("service", *people)
    await company.join(*people)
    await company.freeze(broadcast)
    await company.broadcasts.work()
    assert list((await company.recipients(broadcast)).values()) == [("queued", "")]


@pytest.mark.parametrize("kind", ["service", "mass_task"])
async def test_two_of_a_list_who_turn_out_to_be_one_get_it_once(company: Company, kind: str) -> None:
    make = company.follower if kind == "service" else company.customer
    people = [await make("甲"), await make("乙"), await make("丙")]
    broadcast = await company.broadcast(kind, *people)
    await company.freeze(broadcast)
    await company.join(*people[:2])
    await company.broadcasts.work()
    found = await company.recipients(broadcast)
    assert sorted(found[each.id] for each in people[:2]) == [("queued", ""), ("skipped", "merged")]
    assert found[people[2].id] == ("queued", "")


@pytest.mark.parametrize("kind", ["service", "mass_task"])
async def test_two_of_the_outbox_who_turn_out_to_be_one_get_it_once(company: Company, kind: str) -> None:
    make = company.follower if kind == "service" else company.customer
    people = [await make("甲"), await make("乙")]
    broadcast = await company.broadcast(kind, *people)
    await company.freeze(broadcast)
    await company.broadcasts.work()
    await company.join(*people)
    assert sorted((await company.recipients(broadcast)).values()) == [("queued", ""), ("skipped", "merged")]
    left = "SELECT 1 FROM command WHERE key LIKE 'broadcast:%' UNION ALL SELECT 1 FROM mass_wish"
    assert len(await company.ask(left)) == 1


@pytest.mark.parametrize(
    ("kind", "name", "list_of"),
    [("account_mass", "SendAccountMass", "openids"), ("mass_task", "CreateMassTask", "customers")],
)
async def test_two_of_one_command_who_turn_out_to_be_one_get_it_once(
    company: Company, kind: str, name: str, list_of: str
) -> None:
    """It lies in the outbox, and is made anew without one of them."""
    make = company.follower if kind == "account_mass" else company.customer
    people = [await make(each) for each in "甲乙丙"]
    broadcast = await company.broadcast(kind, *people)
    await company.freeze(broadcast)
    await company.broadcasts.work()
    await company.members.work()
    await company.join(*people[:2])
    await company.broadcasts.work()
    await company.members.work()
    await company.stage.handle()
    [row] = await company.ask("SELECT body FROM command WHERE name = $1", name)
    assert len(row.body[list_of]) == 2
    assert sorted((await company.recipients(broadcast)).values()) == [
        ("queued", ""), ("queued", ""), ("skipped", "merged"),
    ]  # fmt: skip


async def test_who_turns_out_to_be_one_while_a_list_is_written_down_stands_on_it_once(company: Company) -> None:
    """A worker has read the audience and not committed when a merge of two of it begins, and the other way round."""
    people = [await company.follower(name) for name in "甲乙丙丁"]
    broadcast = await company.broadcast("service", *people)
    await company.broadcasts.work()
    async with company.units.begin() as unit:
        row = await repository.claim(unit.session, unit.now)
        assert row is not None
        await _advance(unit, row)
        await unit.flush()
        joins = asyncio.create_task(company.join(*people[:2]))
        await until_it_waits(company, joins)
    await joins
    assert sorted((await company.recipients(broadcast)).values()) == [("skipped", "merged"), *[("waiting", "")] * 3]


async def test_a_list_is_written_down_once_a_merge_that_is_under_way_has_committed(company: Company) -> None:
    people = [await company.follower(name) for name in "甲乙丙"]
    broadcast = await company.broadcast("service", *people)
    await company.broadcasts.work()
    async with company.units.begin() as unit:
        union = IdentityRef(IdentityKind.UNIONID, "", "u-1")
        for number, ref in enumerate(people[:2], 1):
            event = Event(
                id=number, account_id=OFFICIAL, kind=EventKind.PROFILE_FETCHED, occurred_at=unit.now,
                recorded_at=unit.now, subject=ref, identity_id=ref.id, data={"found": True}, personal={},
                aliases=(Alias(union, Strength.STRONG),), profile=None, trace_id="",
            )  # fmt: skip
            await record(unit, [event])
        await unit.flush()
        freezes = asyncio.create_task(company.broadcasts.work())
        await until_it_waits(company, freezes)
    await freezes
    assert sorted((await company.recipients(broadcast)).values()) == [("waiting", ""), ("waiting", "")]


async def test_who_got_it_under_another_name_does_not_get_it_again(company: Company) -> None:
    people = [await company.follower("甲"), await company.follower("乙")]
    broadcast = await company.broadcast("service", *people, per_minute=6)
    await company.freeze(broadcast)
    await company.broadcasts.work()
    assert sorted((await company.recipients(broadcast)).values()) == [("queued", ""), ("waiting", "")]
    await company.join(*people)
    company.stage.clock.at += timedelta(minutes=1)
    await company.broadcasts.work()
    assert sorted((await company.recipients(broadcast)).values()) == [("queued", ""), ("skipped", "merged")]


async def test_a_job_that_was_taken_back_from_between_others_goes_under_a_number_of_its_own(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(load_limits()["account_mass"], "recipients", 2)  # type: ignore[arg-type]
    people = [await company.follower(name) for name in "甲乙丙丁戊己"]
    broadcast = await company.broadcast("account_mass", *people)
    await company.freeze(broadcast)
    for _ in range(3):
        await company.broadcasts.work()
        company.stage.clock.at += timedelta(seconds=6)
    assert [row.n for row in await company.ask("SELECT n FROM broadcast_job ORDER BY n")] == [1, 2, 3]
    # The platform is busy: the second waits for another try when somebody stops the broadcast.
    await company.ask("UPDATE command SET state = 'sent' WHERE ref LIKE '%:1' OR ref LIKE '%:3' RETURNING 1")
    await company.ask(
        "UPDATE broadcast SET stopped_from = state, state = 'stopping', next_at = $1", company.stage.clock.at
    )
    while await company.state(broadcast) == "stopping":
        await company.broadcasts.work()
    await company.ask("UPDATE broadcast SET state = 'sending', next_at = $1", company.stage.clock.at)
    await company.broadcasts.work()
    assert [row.n for row in await company.ask("SELECT n FROM broadcast_job ORDER BY n")] == [1, 3, 4]


async def test_one_that_cannot_go_on_keeps_no_other_waiting(company: Company) -> None:
    person = await company.follower("甲")
    lost = await company.broadcast("service", person, account_id=99)
    broken = await company.broadcast("service", person, content={"link": {}})
    sound = await company.broadcast("service", person)
    for _ in range(12):
        await company.broadcasts.work()
        company.stage.clock.at += timedelta(seconds=1)
    assert [await company.state(each) for each in (lost, broken, sound)] == ["failed", "sending", "sending"]
    assert await company.recipients(sound) == {person.id: ("queued", "")}
    [row] = await company.ask("SELECT failure FROM broadcast WHERE id = $1", lost)
    assert row.failure["code"] == "account_not_found"


MARKETING = """
INSERT INTO command (key, name, account_id, body, delivery, lane, subject_id, due, created_at, state, queue, trace_id,
    ref, attempts, message_class, counted_at)
VALUES ($1, 'SendServiceMessage', 1, '{}', 'at_most_once', 2, $2, $3, $3, 'sent', '', '', '', 1, 'marketing', $3)
"""


async def _two_by_two(company: Company, monkeypatch: pytest.MonkeyPatch) -> tuple[list[IdentityRef], int]:
    for limit in ("ahead", "hand_on"):
        monkeypatch.setitem(load_limits()["sender"], limit, 2)  # type: ignore[arg-type]
    people = [await company.follower(name) for name in "甲乙丙丁"]
    broadcast = await company.broadcast("service", *people)
    await company.freeze(broadcast)
    return people, broadcast


async def _go_on(company: Company, made: Relay) -> None:
    for _ in range(4):
        await company.broadcasts.work()
        await drain(made)
        await company.stage.handle()
        company.stage.clock.at += timedelta(seconds=10)


async def test_who_has_to_wait_holds_up_nobody_behind(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    people, broadcast = await _two_by_two(company, monkeypatch)
    for each in people[:2]:
        got = f"got {each.id}", each.id, company.stage.clock.at - timedelta(hours=1)
        await company.ask(MARKETING, *got)
    sender = Slow()
    sender.gate.set()
    await _go_on(company, made := relay(company, sender))
    assert sorted(sender.sent) == ["o-丁", "o-丙"]
    waiting = await company.ask("SELECT gates FROM command WHERE state = 'queued'")
    assert [row.gates for row in waiting] == ["frequency"] * 2
    assert await company.state(broadcast) == "sending"
    company.stage.clock.at += timedelta(hours=48)
    await _go_on(company, made)
    assert len(sender.sent) == len(people)
    assert await company.state(broadcast) == "done"


async def test_what_holds_for_all_lets_no_more_into_the_outbox(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They would all leave at once when it is over, however slowly they were to go."""
    _, broadcast = await _two_by_two(company, monkeypatch)
    company.stage.clock.at = datetime(2026, 11, 4, 15, 0, tzinfo=UTC)  # 23:00
    sender = Slow()
    sender.gate.set()
    await _go_on(company, relay(company, sender))
    assert sender.sent == []
    steps = sorted((await company.recipients(broadcast)).values())
    assert steps == [("queued", "")] * 2 + [("waiting", "")] * 2
