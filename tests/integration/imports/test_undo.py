"""Undoing an import: all that it made goes, but what somebody has touched, and what was there before."""

import pytest

from weloop.contracts.errors import Conflict
from weloop.contracts.events import EventKind, NewEvent
from weloop.contracts.identities import IdentityKind, IdentityRef, Profile
from weloop.features.imports import service as imports
from weloop.features.imports.rules import load_limits
from weloop.leads import service
from weloop.leads.cards import ACCEPT
from weloop.leads.rules import Reason, Stage
from weloop.leads.service import Actor

from .conftest import USER, ImportingCompany

FILE = """姓名,手机,邮箱,公司,unionid
张三,13800001111,zhang@example.com,轴承厂,
张三,13800001111,,轴承厂,
李四,13800002222,,,union-li-0001
王五,13800003333,,泵厂,
"""
WORLD = (
    "SELECT id, person_id, name, company, told_at, first_seen_at FROM identity ORDER BY id",
    "SELECT id, name, company, search, kinds, staff, resolved, conflict FROM person ORDER BY id",
    "SELECT id, staff, stage FROM lead ORDER BY id",
)


def phone(number: str) -> IdentityRef:
    """Somebody's number."""
    return IdentityRef(IdentityKind.PHONE, "", number)


async def known(company: ImportingCompany) -> None:
    """A follower with a unionid, and a customer with a number: two persons, until the file joins them."""
    follower = IdentityRef(IdentityKind.FOLLOWER, "wx1", "o-li")
    union = IdentityRef(IdentityKind.UNIONID, "", "union-li-0001")
    await company.happen(EventKind.PROFILE_FETCHED, follower, {"found": True}, union, profile=Profile(name="粉丝"))
    customer = IdentityRef(IdentityKind.EXTERNAL_CONTACT, "ww1", "wm-li")
    await company.happen(EventKind.CONTACT_ADDED, customer, {"staff": "lina"})
    profile = Profile(name="四哥")
    number = phone("13800002222")
    await company.happen(EventKind.PROFILE_FETCHED, customer, {"found": True}, number, profile=profile)


@pytest.mark.parametrize("placement", ["none", "pool", "assign"])
async def test_an_untouched_import_leaves_nothing_behind(company: ImportingCompany, placement: str) -> None:
    await known(company)
    await company.later()
    before = [await company.query(sql) for sql in WORLD]
    done = await company.take(FILE, placement)
    assert len(await company.persons()) == 3, "two that were known are one now"
    assert await company.query(WORLD[0]) != before[0]
    await company.later()
    undone = await company.undo(done.id)
    assert (undone.state, undone.kept_why) == ("undone", {"known": 1})
    assert [await company.query(sql) for sql in WORLD] == before
    withdrawn = await company.told(EventKind.LEAD_WITHDRAWN)
    assert len(withdrawn) == (0 if placement == "none" else 3)


async def test_what_is_erased_can_be_read_no_more(company: ImportingCompany) -> None:
    done = await company.take(FILE)
    sealed = (
        "SELECT 1 FROM event_payload AS p JOIN event AS e ON e.id = p.event_id JOIN subject_key USING (identity_id)"
    )
    assert len(await company.query(sealed)) == 4
    await company.later()
    await company.undo(done.id)
    assert await company.query(sealed) == []
    assert len(await company.query("SELECT 1 FROM event WHERE kind = 'PersonImported'")) == 4, "the skeleton stays"


async def test_who_was_taken_back_can_come_again(company: ImportingCompany) -> None:
    """The key of an erased person is gone: what comes later must be sealed with another."""
    done = await company.take(FILE, "pool")
    await company.later()
    await company.undo(done.id)
    company.keys.on_topic("subject_keys")
    again = await company.take(FILE, "pool")
    assert (again.state, again.done, again.leads) == ("done", 4, 3)
    assert ("张三", "轴承厂", ["email", "phone"]) in await company.persons()


async def test_what_somebody_has_touched_stays_and_says_why(company: ImportingCompany) -> None:
    names = ("接单", "输单", "跟进", "手分", "加上", "来过", "没动")
    file = "姓名,手机,负责人\n" + "".join(f"{name},1380000000{n},lina\n" for n, name in enumerate(names))
    done = await company.take(file, "assign")
    await company.later(15)
    leads = {row.value[-1]: row.id for row in await company.query(_LEADS)}
    actor = Actor("h5", "lina")
    async with company.units.begin() as unit:
        get = [await service.get_locked(unit, leads[str(n)], Actor("console")) for n in range(5)]
        await service.accept(unit, get[0], actor)
        await service.advance(unit, get[1], actor, Stage.LOST, Reason.NO_NEED)
        await service.mark_contacted(unit, get[2], actor)
        await service.assign(unit, get[3], "wangqiang")
        await service.end_task(unit, get[4], "sent")
    await company.happen(EventKind.TRACKED, phone("13800000005"), {"name": "Form Submitted"})
    undone = await company.undo(done.id)
    assert undone.kept_why == {"lead": 5, "met": 1}
    assert undone.no_lead == {"withdrawn": 2}
    assert [(row.number, row.name, row.reason) for row in undone.kept_rows] == [
        (number + 2, names[number], "met" if number == 5 else "lead") for number in range(6)
    ]
    assert sorted(name for name, *_ in await company.persons() if name) == sorted(names[:6])
    assert len(await company.query("SELECT 1 FROM lead")) == 5


_LEADS = "SELECT l.id, i.value FROM lead AS l JOIN identity AS i ON i.id = l.identity_id"


async def test_who_came_by_another_file_too_stays(company: ImportingCompany) -> None:
    first = await company.take(FILE)
    await company.later()
    second = await company.take("手机\n13800003333\n")
    await company.later()
    assert (await company.undo(first.id)).kept_why == {"met": 1}
    assert (await company.undo(second.id)).kept_why == {"known": 1}
    assert [kinds for *_, kinds in await company.persons()] == [["phone"]]


async def test_whom_the_platform_does_not_know_goes_and_whom_it_knows_stays(company: ImportingCompany) -> None:
    done = await company.take("客户ID\nwm-nobody\nwm-somebody\n")
    await company.later()
    for value, found in (("wm-nobody", False), ("wm-somebody", True)):
        who = IdentityRef(IdentityKind.EXTERNAL_CONTACT, "ww1", value)
        await company.happen(EventKind.PROFILE_FETCHED, who, {"found": found})
    assert (await company.undo(done.id)).kept_why == {"met": 1}
    [row] = await company.query("SELECT value FROM identity")
    assert row.value == "wm-somebody"


async def test_undoing_goes_on_after_a_kill_and_twice_is_once(
    company: ImportingCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = load_limits().batch + 20
    done = await company.take("手机\n" + "".join(f"139{number:08}\n" for number in range(rows)), "pool")
    await company.later()
    async with company.units.begin() as unit:
        from weloop.features.imports import service as imports

        from .conftest import USER

        await imports.undo_import(unit, USER, done.id)
        await imports.undo_import(unit, USER, done.id)
    while not await company.query("SELECT 1 FROM people_import WHERE place > 0"):
        await company.runner.work()

    async def die(*_: object) -> None:
        raise ConnectionError("killed")

    with monkeypatch.context() as patch:
        patch.setattr("weloop.features.imports.undoing.forget", die)
        with pytest.raises(ConnectionError):
            await company.runner.work()
    await company.settle()
    assert (await company.show(done.id)).state == "undone"
    assert await company.persons() == []
    assert len(await company.told(EventKind.LEAD_WITHDRAWN)) == rows
    with pytest.raises(Conflict):
        await company.undo(done.id)


async def test_a_card_of_a_withdrawn_lead_says_so(company: ImportingCompany) -> None:
    done = await company.take("手机,负责人\n13800001111,lina\n", "assign")
    [card] = await company.query("SELECT body FROM command WHERE name = 'SendStaffCard'")
    await company.undo(done.id)
    task = card.body["content"]["task_id"]
    data = {"staff": "lina", "key": ACCEPT, "task_id": task, "response_code": "code"}
    await company.happen(EventKind.STAFF_CARD_ANSWERED, phone("0"), data)
    [update] = await company.query("SELECT body FROM command WHERE name = 'UpdateStaffCard'")
    assert update.body["replace_name"] == "线索已撤回"


async def test_one_whose_last_rows_are_dead_can_be_undone_and_one_that_comes_in_cannot(
    company: ImportingCompany,
) -> None:
    import_id = await company.upload(FILE)
    await company.check(import_id)
    await company.begin(import_id)
    while await company.runner.work():
        pass
    with pytest.raises(Conflict):
        await company.undo(import_id)
    await company.write("DELETE FROM inbox_pending")  # as a buried letter that somebody discards
    assert (await company.show(import_id)).state == "running"
    assert (await company.undo(import_id)).state == "undone"


async def test_a_name_that_an_earlier_file_brought_is_not_lost_with_a_later_one(company: ImportingCompany) -> None:
    await company.take("手机,姓名\n13800003333,王五\n")
    await company.later()
    second = await company.take("手机,姓名\n13800003333,王先生\n")
    await company.later()
    await company.undo(second.id)
    [row] = await company.query("SELECT name FROM identity")
    assert row.name, "the later file's, rather than none"


async def test_whom_something_waits_for_in_the_log_is_not_forgotten(company: ImportingCompany) -> None:
    done = await company.take("客户ID\nwm-late\n")
    await company.later()
    customer = IdentityRef(IdentityKind.EXTERNAL_CONTACT, "ww1", "wm-late")
    event = NewEvent(
        account_id=1,
        kind=EventKind.CONTACT_ADDED,
        dedupe="late",
        occurred_at=company.clock.now(),
        subject=customer,
        data={"staff": "lina"},
    )
    async with company.units.begin() as unit:
        unit.append(event)
        await imports.undo_import(unit, USER, done.id)
    while await company.runner.work():
        pass
    await company.settle()
    assert (await company.show(done.id)).kept_why == {"met": 1}
    assert [row.staff for row in await company.query("SELECT staff FROM relation")] == ["lina"]
