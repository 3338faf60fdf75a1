"""Lists of broadcasts and what members were asked for go some days after their end; results say the same as before."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from tests.integration.audience.conftest import AUTHOR

from weloop.contracts.errors import Conflict
from weloop.features.broadcasts import retention, views
from weloop.features.broadcasts.api import load_counted, prune_recipients
from weloop.features.broadcasts.models import BroadcastRow
from weloop.features.official_accounts.api import prune_uses
from weloop.identity.forgetting import forget
from weloop.kit import pruning
from weloop.kit.pagination import PageRequest
from weloop.kit.unit import UnitOfWork, Units
from weloop.mass_tasks.api import Wish, prune_wishes, wish
from weloop.outbox.api import prune_commands
from weloop.outbox.dead import replay_dead, settle_dead

from .conftest import WECOM, Company, until_it_waits
from .test_opt_outs import refuse

DAYS = 180


async def _later(company: Company, days: int) -> None:
    company.stage.clock.at += timedelta(days=days)


async def _result(company: Company, broadcast_id: int) -> tuple[Any, Any, int]:
    """What the page of a result says: counts by step, what members had to confirm, how many are listed."""
    async with company.units.begin() as unit:
        row = await unit.session.get_one(BroadcastRow, broadcast_id)
        [shown] = await views.show_broadcasts(unit, AUTHOR, [row])
        tasks = await views.show_tasks(unit, row)
        listed = await views.page_recipients(unit, row, None, PageRequest(1, 20))
        return shown.counts, tasks, listed.total


async def _end(company: Company, kind: str, *names: str) -> tuple[int, list[int]]:
    """One that has ended: everybody got it but the last."""
    make = company.customer if kind == "mass_task" else company.follower
    people = [await make(name) for name in names]
    broadcast = await company.broadcast(kind, *people, campaign_id=7)
    await company.freeze(broadcast)
    await company.broadcasts.work()
    await company.members.work()
    ids = [person.id for person in people]
    await company.ask(
        """
        UPDATE broadcast_recipient SET message_class = CASE WHEN staff = '' THEN 'service' END,
            state = CASE WHEN identity_id = $2 THEN 'failed' ELSE 'sent' END, at = $3
        WHERE broadcast_id = $1 RETURNING 1
        """,
        broadcast,
        ids[-1],
        company.stage.clock.at,
    )
    await company.ask(
        """
        UPDATE mass_wish SET state = CASE WHEN identity_id = $1 THEN 'failed' ELSE 'sent' END,
            message_class = 'service', campaign_id = 7 WHERE state = 'asked' RETURNING 1
        """,
        ids[-1],
    )
    await company.ask("UPDATE mass_task SET state = 'done', look_at = NULL WHERE state = 'creating' RETURNING 1")
    await company.ask(
        "UPDATE broadcast SET state = 'done', next_at = NULL, ended_at = $2 WHERE id = $1 RETURNING 1",
        broadcast,
        company.stage.clock.at,
    )
    return broadcast, ids


class Dying(Units):
    """Dies as its ``lives`` + first transaction would commit."""

    lives = 3

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[UnitOfWork]:
        async with super().begin() as unit:
            yield unit
            await unit.flush()
            self.lives -= 1
            if self.lives < 0:
                raise ConnectionError("killed")


async def test_the_list_of_a_broadcast_goes_and_its_result_stays(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "CHUNK", 1)
    broadcast, ids = await _end(company, "account_mass", *"甲乙丙丁")
    before, _, listed = await _result(company, broadcast)
    assert (before, listed) == ({"sent": 3, "failed": 1}, 4)
    await _later(company, DAYS)
    assert await prune_recipients(company.units, DAYS) == 0
    await _later(company, 1)
    running = await company.broadcast("service", await company.follower("戊"))
    await company.freeze(running)
    with pytest.raises(ConnectionError):
        await prune_recipients(Dying(company.units.engine, company.units.clock, {}), DAYS)
    assert await company.ask("SELECT 1 FROM broadcast_recipient WHERE broadcast_id = $1", broadcast) != []
    assert await _result(company, broadcast) == (before, [], 0), "its numbers are those of before, its list is closed"
    assert await prune_recipients(company.units, DAYS) == 3
    assert await prune_recipients(company.units, DAYS) == 0
    assert await _result(company, broadcast) == (before, [], 0)
    assert (await _result(company, running))[2] == 1
    counts = await company.ask("SELECT identity_id, campaign_id, n FROM service_count ORDER BY 1")
    assert [tuple(row) for row in counts] == [(each, 7, 1) for each in sorted(ids[:3])]


async def test_what_members_were_asked_for_goes_and_its_numbers_stay(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "CHUNK", 2)
    broadcast, ids = await _end(company, "mass_task", *"甲乙丙")
    counts, tasks, _ = await _result(company, broadcast)
    assert [(task.customers, task.sent, task.failed) for task in tasks] == [(3, 2, 1)]
    await _later(company, DAYS + 1)
    late, _ = await _end(company, "mass_task", "丁")
    await company.ask("UPDATE mass_task SET state = 'open' WHERE id = (SELECT max(id) FROM mass_task) RETURNING 1")
    assert await prune_wishes(company.units, DAYS) == 3
    assert await prune_wishes(company.units, DAYS) == 0
    assert (await _result(company, broadcast))[:2] == (counts, tasks)
    async with company.units.begin() as unit:
        assert await load_counted(unit, ids, company.stage.clock.at - timedelta(days=400)) == []
    kept = await company.ask("SELECT identity_id, n FROM service_count ORDER BY 1")
    assert [tuple(row) for row in kept] == [(each, 1) for each in sorted(ids[:2])]
    await _later(company, DAYS + 1)
    assert await prune_wishes(company.units, DAYS) == 0, "the task of the last lies on a phone"
    assert (await _result(company, late))[1][0].customers == 1


@pytest.mark.parametrize(("kind", "name"), [("account_mass", "SendAccountMass"), ("mass_task", "CreateMassTask")])
async def test_a_dead_letter_of_a_list_is_refused_once_it_is_late_and_stays(
    company: Company, kind: str, name: str
) -> None:
    """Long before its list is kept no more, and afterwards."""
    make = company.follower if kind == "account_mass" else company.customer
    broadcast = await company.broadcast(kind, *[await make(each) for each in "甲乙"])
    await company.freeze(broadcast)
    await company.broadcasts.work()
    await company.members.work()
    await refuse(company, name)
    await _later(company, 1)
    while await company.broadcasts.work():
        pass
    assert await company.state(broadcast) == "done"
    [letter] = await company.ask("SELECT id, expires_at FROM command WHERE name = $1", name)
    company.stage.clock.at = letter.expires_at
    for _ in range(2):
        with pytest.raises(Conflict) as refusal:
            async with company.units.begin() as unit:
                await replay_dead(unit, [letter.id])
        assert refusal.value.instance_code == "list_expired"
        assert (await _result(company, broadcast))[0] == {"failed": 2}
        await _later(company, DAYS + 1)
        assert await prune_commands(company.units, DAYS) == 0
        await prune_wishes(company.units, DAYS)
        await prune_recipients(company.units, DAYS)
    assert await company.ask("SELECT 1 FROM broadcast_recipient UNION ALL SELECT 1 FROM mass_wish") == []
    async with company.units.begin() as unit:
        assert await settle_dead(unit, [letter.id]) == 1


async def _erase(company: Company, identity: int) -> None:
    async with company.units.begin() as unit:
        await forget(unit, [identity], [])
    await company.stage.handle()


async def _prune(units: Units) -> None:
    for prune in (prune_commands, prune_wishes, prune_recipients):
        await prune(units, DAYS)


@asynccontextmanager
async def _same(unit: UnitOfWork) -> AsyncIterator[UnitOfWork]:
    yield unit


@pytest.mark.parametrize("order", ["erased, pruned", "pruned, erased", "erased while pruned"])
@pytest.mark.parametrize("kind", ["service", "account_mass", "mass_task"])
async def test_no_number_is_kept_of_who_is_erased(company: Company, kind: str, order: str) -> None:
    """Whether it stood in the outbox, on a list, or among what members were asked for."""
    broadcast, [gone, stays, _] = await _end(company, kind, *"甲乙丙")
    await company.ask(
        """
        UPDATE command SET state = 'sent', finished_at = due, counted_at = due, campaign_id = 7,
            message_class = 'service' WHERE name = 'SendServiceMessage' AND subject_id = ANY ($1) RETURNING 1
        """,
        [gone, stays],
    )
    if kind == "service":
        await company.ask("UPDATE broadcast_recipient SET message_class = NULL RETURNING 1")
    counts, *_ = await _result(company, broadcast)
    await _later(company, DAYS + 1)
    if order == "erased while pruned":
        async with company.units.begin() as unit:
            units = Units(company.units.engine, company.units.clock, {})
            units.begin = lambda: _same(unit)  # type: ignore[method-assign]
            await _prune(units)
            erasing = asyncio.create_task(_erase(company, gone))
            await until_it_waits(company, erasing)
        await erasing
    elif order == "pruned, erased":
        await _prune(company.units)
        await _erase(company, gone)
    else:
        await _erase(company, gone)
    await _prune(company.units)
    kept = await company.ask("SELECT identity_id, campaign_id, n FROM service_count")
    assert [tuple(row) for row in kept] == [(stays, 7, 1)]
    assert (await _result(company, broadcast))[0] == counts == {"sent": 2, "failed": 1}


async def test_a_replay_wishes_nothing_of_a_member(company: Company) -> None:
    person = await company.customer("甲")
    for replays, expected in ((True, 0), (False, 1)):
        async with company.units.begin() as unit:
            unit.replays = replays
            given = Wish("once", "journey:1", WECOM, "lina", person.id, person.value, 1, company.stage.clock.at)
            await wish(unit, [given])
        assert len(await company.ask("SELECT 1 FROM mass_wish")) == expected


async def test_windows_forget_what_used_them_up_long_ago(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "CHUNK", 2)
    now = company.stage.clock.at
    for number in range(5):
        at = now - timedelta(days=DAYS + 1 if number < 3 else 1)
        await company.ask("INSERT INTO message_use VALUES ($1, 1, $2) RETURNING 1", number + 1, at)
    assert await prune_uses(company.units, DAYS) == 3
    assert [row.event_id for row in await company.ask("SELECT event_id FROM message_use ORDER BY 1")] == [4, 5]
