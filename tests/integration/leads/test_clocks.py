"""A lead's way through the clocks: put to a member in working time, accepted, contacted, or passed on."""

from datetime import timedelta
from typing import Any

import pytest

from weloop.contracts.errors import Conflict
from weloop.contracts.events import EventKind
from weloop.contracts.identities import IdentityKind, IdentityRef, Profile
from weloop.leads import service
from weloop.leads.arrivals import enter_lead
from weloop.leads.rules import Reason, Stage, load_policy
from weloop.leads.service import Actor, Chips

from .conftest import Company, beijing, person

LINA = Actor("h5", "lina")


async def act(company: Company, do: Any, number: int = 1, actor: Actor = LINA, *arguments: Any) -> None:
    """Something is done about somebody's lead."""
    lead = await company.lead(number)
    async with company.units.begin() as unit:
        await do(unit, await service.get_locked(unit, lead.id, actor), actor, *arguments)
    await company.settle()


async def phone_lead(company: Company, number: str = "13800000001") -> IdentityRef:
    """A lead that left a number only."""
    subject = IdentityRef(IdentityKind.PHONE, "", number)
    async with company.units.begin() as unit:
        await enter_lead(unit, 1, subject, Profile(name="赵建国", company="江北轴承"), f"k{number}")
    await company.settle()
    return subject


async def test_who_adds_a_member_by_a_code_is_a_lead_with_a_clock(company: Company) -> None:
    await company.add(1)
    lead = await company.lead()
    assert (lead.stage, lead.staff, lead.is_friend, lead.state) == ("lead", "lina", True, "code1")
    assert (lead.due_what, lead.due_at) == ("accept", beijing(25, 10, 30))
    assert await company.cards() == [("lina", "新线索：客户1")]
    assert [each["origin"] for each in await company.told(EventKind.LEAD_CREATED)] == ["contact"]
    assert lead.engagement == 10


async def test_a_card_waits_a_little_for_the_name(company: Company) -> None:
    await company.happen(EventKind.CONTACT_ADDED, person(1), {"staff": "lina", "state": "code1"})
    assert await company.cards() == []
    await company.named(1)
    assert await company.cards() == [("lina", "新线索：客户1")]
    await company.happen(EventKind.CONTACT_ADDED, person(2), {"staff": "lina", "state": "code1"})
    await company.at(beijing(25, 10, 0, 10))
    assert (await company.cards())[-1] == ("lina", "新线索：未命名")
    assert (await company.lead(2)).due_at == beijing(25, 10, 30, 10)


async def test_an_unknown_code_makes_no_lead(company: Company) -> None:
    await company.add(1, state="")
    await company.add(2, state="nobody_knows")
    assert await company.query("SELECT 1 FROM lead") == []


async def test_coming_twice_is_one_lead(company: Company) -> None:
    await company.add(1)
    await company.at(beijing(25, 10, 1))
    await company.add(1)
    await company.add(1, staff="wangqiang")
    lead = await company.lead()
    assert lead.staff == "lina"
    assert len(await company.told(EventKind.LEAD_CREATED)) == 1


async def test_a_clock_that_runs_out_leaves_a_friend_and_tells_the_team_lead(company: Company) -> None:
    await company.add(1)
    await company.at(beijing(25, 11))
    lead = await company.lead()
    assert (lead.staff, lead.expired, lead.due_at) == ("lina", "accept", None)
    assert await company.cards() == [("lina", "新线索：客户1"), ("boss", "线索超时")]
    assert [(each["clock"], each["staff"]) for each in await company.told(EventKind.LEAD_CLOCK_EXPIRED)] == [
        ("accept", "lina")
    ]


async def test_nobodys_friend_goes_to_the_next_and_then_to_the_pool(company: Company) -> None:
    subject = await phone_lead(company)
    [lead] = await company.query("SELECT * FROM lead")
    assert (lead.staff, lead.assigned_by, lead.is_friend, lead.person_id) == ("lina", "pool", False, subject.id)
    await company.at(beijing(25, 10, 31))
    [lead] = await company.query("SELECT * FROM lead")
    assert (lead.staff, lead.assigned_by, lead.due_at) == ("wangqiang", "next", beijing(25, 11))
    await company.at(beijing(25, 11, 1))
    await company.at(beijing(25, 11, 31))
    [lead] = await company.query("SELECT * FROM lead")
    assert (lead.staff, lead.due_at, lead.expired) == (None, None, "accept")
    assert [each["reason"] for each in await company.told(EventKind.LEAD_ASSIGNED)] == [
        "pool",
        "next",
        "next",
        "returned",
    ]
    names = await company.query("SELECT name, company FROM person WHERE id = $1", subject.id)
    assert tuple(names[0]) == ("赵建国", "江北轴承")


async def test_a_back_up_is_asked_first(company: Company) -> None:
    await company.write("INSERT INTO staff_duty (account_id, userid, backup) VALUES (1, 'lina', 'boss')")
    await company.write("UPDATE staff_duty SET weight = 1 WHERE userid = 'boss'")
    await company.write("UPDATE staff_duty SET weight = 9 WHERE userid = 'lina'")
    await phone_lead(company)
    await company.at(beijing(25, 10, 31))
    [lead] = await company.query("SELECT * FROM lead")
    assert lead.staff == "boss"


async def test_who_comes_off_shift_waits_for_it_in_waves(company: Company) -> None:
    await company.at(beijing(25, 20))
    for number in range(7):
        await company.add(number)
    assert await company.cards() == []
    due = [row.due_at for row in await company.query("SELECT due_at FROM lead ORDER BY id")]
    assert due == [beijing(26, 9)] * 5 + [beijing(26, 9, 10)] * 2
    await company.at(beijing(26, 9, 1))
    assert len(await company.cards()) == 5
    assert (await company.lead(0)).due_at == beijing(26, 9, 30)
    await company.at(beijing(26, 9, 11))
    assert len(await company.cards()) == 7


async def test_accepting_starts_the_second_clock_in_working_time(company: Company) -> None:
    await company.at(beijing(25, 17, 50))
    await company.add(1)
    await company.at(beijing(25, 17, 58))
    await act(company, service.accept)
    await act(company, service.accept)
    lead = await company.lead()
    assert (lead.due_what, lead.due_at) == ("contact", beijing(26, 9, 3))
    assert len(await company.told(EventKind.LEAD_ACCEPTED)) == 1
    await company.at(beijing(26, 9, 1))
    await act(company, service.mark_contacted)
    lead = await company.lead()
    assert (lead.contact_seconds, lead.evidence, lead.due_at) == (11 * 60, "marked", None)
    [told] = await company.told(EventKind.LEAD_CONTACTED)
    assert (told["seconds"], told["evidence"]) == (660.0, "marked")
    [task] = await company.query("SELECT kind, due_at FROM lead_task")
    assert tuple(task) == ("follow_up", beijing(27, 9, 1))


async def test_a_tap_on_the_card_accepts_and_a_late_tap_is_told_whose_it_is(company: Company) -> None:
    await phone_lead(company)
    [lead] = await company.query("SELECT id FROM lead")
    await company.at(beijing(25, 10, 31))

    async def tap(staff: str, moves: int, code: str) -> str:
        who = IdentityRef(IdentityKind.EXTERNAL_CONTACT, "ww1", "nobody")
        data = {"staff": staff, "key": "lead_accept", "task_id": f"lead-{lead.id}-{moves}", "response_code": code}
        await company.happen(EventKind.STAFF_CARD_ANSWERED, who, data, name=code)
        rows = await company.query("SELECT body ->> 'replace_name' AS told FROM command WHERE name = 'UpdateStaffCard'")
        return str(rows[-1].told)

    assert await tap("lina", 1, "late") == "已被王强接单"
    assert (await company.query("SELECT accepted_at FROM lead"))[0].accepted_at is None
    assert await tap("wangqiang", 2, "right") == "已接单 · 王强 10:31"
    assert [each["by"] for each in await company.told(EventKind.LEAD_ACCEPTED)] == ["card"]


async def test_a_confirmed_need_makes_an_mql_and_need_role_and_time_an_sql(company: Company) -> None:
    await company.add(1)
    await act(company, service.qualify, 1, LINA, Chips(need=True))
    lead = await company.lead()
    assert (lead.stage, lead.accepted_at, lead.mql_at) == ("mql", None, beijing(25, 10))
    await act(company, service.qualify, 1, LINA, Chips(need=True, role=True, time=True))
    lead = await company.lead()
    assert (lead.stage, lead.accepted_at, lead.contacted_at) == ("sql", beijing(25, 10), beijing(25, 10))
    told = [(each["from"], each["to"]) for each in await company.told(EventKind.LEAD_ADVANCED)]
    assert told == [("lead", "mql"), ("mql", "accepted"), ("accepted", "sql")]


async def test_what_people_do_makes_an_mql(company: Company) -> None:
    await company.add(1)
    await company.happen(EventKind.PAGE_VIEWED, person(1), {"name": "价格", "category": "price"})
    assert (await company.lead()).stage == "mql"
    await act(company, service.accept)
    assert (await company.lead()).stage == "accepted"


async def test_a_sale_and_a_closing_that_is_taken_back(company: Company) -> None:
    await company.add(1)
    await act(company, service.advance, 1, LINA, Stage.WON, None, 86_000.0)
    lead = await company.lead()
    assert (lead.stage, float(lead.amount), lead.closed_at) == ("won", 86_000.0, beijing(25, 10))
    assert [each["to"] for each in await company.told(EventKind.LEAD_ADVANCED)][-1] == "won"
    with pytest.raises(Conflict):
        await act(company, service.qualify, 1, LINA, Chips(need=True))
    await act(company, service.advance, 1, LINA, Stage.OPPORTUNITY)
    lead = await company.lead()
    assert (lead.stage, lead.closed_at) == ("opportunity", None)


async def test_who_comes_back_soon_after_a_closed_lead_is_none_later_is(company: Company) -> None:
    await company.add(1)
    await act(company, service.advance, 1, LINA, Stage.LOST, Reason.NO_NEED)
    await company.at(beijing(26, 10))
    await company.add(1)
    assert len(await company.query("SELECT 1 FROM lead")) == 1
    await company.at(beijing(25, 10) + timedelta(days=31))
    await company.add(1)
    assert len(await company.query("SELECT 1 FROM lead")) == 2


async def test_without_a_follow_up_nobodys_friend_goes_back_to_the_pool(company: Company) -> None:
    await phone_lead(company)
    [row] = await company.query("SELECT * FROM lead")
    async with company.units.begin() as unit:
        lead = await service.get_locked(unit, row.id, LINA)
        await service.follow_up(unit, lead, LINA, "约了演示", beijing(26, 10))
    await company.at(beijing(26, 10) + timedelta(days=14, minutes=1))
    [row] = await company.query("SELECT * FROM lead")
    assert row.staff is None


async def test_a_member_claims_so_many_a_day_and_claiming_is_accepting(company: Company) -> None:
    await company.write("UPDATE staff SET contact_enabled = false")
    most = load_policy().claims_per_day
    for number in range(most + 1):
        await phone_lead(company, f"138000000{number:02d}")
    rows = await company.query("SELECT id, staff FROM lead ORDER BY id")
    assert {row.staff for row in rows} == {None}
    for row in rows[:most]:
        async with company.units.begin() as unit:
            await service.claim(unit, await service.get_locked(unit, row.id, Actor("h5")), "lina")
    with pytest.raises(Conflict) as refused:
        async with company.units.begin() as unit:
            await service.claim(unit, await service.get_locked(unit, rows[-1].id, Actor("h5")), "lina")
    assert refused.value.instance_code == "lead_claims"
    with pytest.raises(Conflict) as refused:
        async with company.units.begin() as unit:
            await service.claim(unit, await service.get_locked(unit, rows[0].id, Actor("h5")), "wangqiang")
    assert refused.value.instance_code == "lead_taken"
    assert (await company.query("SELECT due_what FROM lead ORDER BY id"))[0].due_what == "contact"


async def test_the_morning_card_counts_what_is_due(company: Company) -> None:
    for number in (1, 2):
        await company.add(number)
        await act(company, service.mark_contacted, number)
    await company.at(beijing(26, 8, 31))
    assert ("lina", "今日待办 2") in await company.cards()
    await company.at(beijing(27, 8, 31))
    assert ("lina", "今日待办 2 · 逾期 2") in await company.cards()
    await company.at(beijing(30, 8, 0))
    morning = [card for card in await company.cards() if card[1].startswith("今日")]
    assert len(morning) == 2, "no card on a weekend"


async def test_of_two_leads_of_one_person_the_furthest_stays(company: Company) -> None:
    await company.add(1)
    await company.add(2, staff="wangqiang")
    await act(company, service.qualify, 2, Actor("h5", "wangqiang"), Chips(need=True))
    union = IdentityRef(IdentityKind.UNIONID, "", "u1")
    for number in (1, 2):
        await company.happen(EventKind.PROFILE_FETCHED, person(number), {"found": True}, union, name="again")
    first, second = await company.lead(1), await company.lead(2)
    assert first.person_id == second.person_id
    assert (first.stage, first.reason, second.stage, second.closed_at) == ("lost", "duplicate", "mql", None)


async def test_who_left_a_number_and_then_adds_the_member_is_their_friend(company: Company) -> None:
    phone = await phone_lead(company)
    [row] = await company.query("SELECT * FROM lead")
    await company.happen(EventKind.CONTACT_ADDED, person(1), {"staff": "wangqiang", "state": "code1"}, phone)
    [row] = await company.query("SELECT * FROM lead WHERE closed_at IS NULL")
    assert (row.staff, row.is_friend, row.assigned_by) == ("wangqiang", True, "friend")
    done = [(each["kind"], each["outcome"]) for each in await company.told(EventKind.TASK_DONE)]
    assert done == [("add_friend", "added")]


async def test_capacity_is_counted_and_a_full_member_gets_none(company: Company) -> None:
    for number in range(9):
        await company.add(number)
    await company.write("INSERT INTO staff_duty (account_id, userid, friend_limit) VALUES (1, 'lina', 10)")
    await company.at(beijing(26, 3, 1))
    rows = await company.query("SELECT userid, friends, friends_added FROM staff_duty ORDER BY userid")
    assert [tuple(row) for row in rows] == [("boss", 0, 0), ("lina", 9, 9), ("wangqiang", 0, 0)]
    await company.at(beijing(26, 10))
    await phone_lead(company)
    [row] = await company.query("SELECT staff FROM lead WHERE origin = 'manual'")
    assert row.staff == "wangqiang"
