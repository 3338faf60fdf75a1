"""Leads out of a file: whom they go to, when they are told, and who becomes none."""

from datetime import timedelta

import pytest

from weloop.contracts.events import EventKind
from weloop.contracts.identities import IdentityKind, IdentityRef, Profile
from weloop.leads.rules import load_policy

from .conftest import ImportingCompany

FILE = """姓名,手机,职位,需求,负责人,来源
张三,13800001111,设备经理,想要报价,王强,
李四,13800002222,,,,轴承厂案例文末
王五,13800003333,,,lina,code1
赵六,13800004444,,,查无此人,
钱七,13800005555,,,,没有这个渠道
"""


async def leads(company: ImportingCompany) -> list[tuple[object, ...]]:
    """(phone, member, why, state) of every lead."""
    rows = await company.query(
        "SELECT i.value, l.staff, l.assigned_by, l.state FROM lead AS l JOIN identity AS i ON i.id = l.identity_id"
        " ORDER BY i.value"
    )
    return [tuple(row) for row in rows]


@pytest.mark.parametrize(
    ("placement", "unnamed"), [("pool", (None, None)), ("assign", ("lina", "pool"))], ids=["pool", "assign"]
)
async def test_a_lead_goes_to_the_member_the_file_names(
    company: ImportingCompany, placement: str, unnamed: tuple[str | None, str | None]
) -> None:
    done = await company.take(FILE, placement)
    assert (done.done, done.leads, done.faults) == (3, 3, {"owner_unknown": 1, "state_unknown": 1})
    assert await leads(company) == [
        ("13800001111", "wangqiang", "imported", ""),
        ("13800002222", *unnamed, "code1"),
        ("13800003333", "lina", "imported", "code1"),
    ]
    tasks = await company.query("SELECT kind, done_at FROM lead_task")
    assert [tuple(row) for row in tasks] == [("add_friend", None)] * 3, "who left a number only is to be added"
    [note] = await company.query("SELECT note, user_id, next_at FROM lead_note")
    assert tuple(note) == ("职位：设备经理\n需求：想要报价", 1, None)
    assert [each["origin"] for each in await company.told(EventKind.LEAD_CREATED)] == ["import"] * 3


async def test_the_check_counts_the_leads_that_the_run_makes(company: ImportingCompany) -> None:
    await company.take("手机\n13800001111\n", "pool")
    await company.write("UPDATE lead SET closed_at = $1, stage = 'lost'", company.clock.now())
    await company.take("手机\n13800002222\n", "pool")
    import_id = await company.upload("手机\n13800001111\n13800002222\n13800003333\n13800003333\n")
    counts = await company.check(import_id, "pool")
    assert (counts.leads, counts.taken, counts.doubled) == (1, 2, 1)
    await company.begin(import_id)
    await company.settle()
    shown = await company.show(import_id)
    assert (shown.leads, shown.no_lead) == (1, {"lately": 1, "open": 2})


async def test_a_friend_stays_with_the_member_who_has_them(company: ImportingCompany) -> None:
    phone = IdentityRef(IdentityKind.PHONE, "", "13800001111")
    who = IdentityRef(IdentityKind.EXTERNAL_CONTACT, "ww1", "wm-customer")
    await company.happen(EventKind.CONTACT_ADDED, who, {"staff": "lina"})
    await company.happen(EventKind.PROFILE_FETCHED, who, {"found": True}, phone, profile=Profile(name="四哥"))
    await company.take(FILE, "assign")
    [lead] = await company.query("SELECT staff, is_friend, assigned_by FROM lead WHERE identity_id = $1", phone.id)
    assert tuple(lead) == ("lina", True, "friend")
    assert len(await company.query("SELECT 1 FROM lead_task")) == 2


async def test_a_friend_of_another_corps_member_is_nobodys_friend_here(company: ImportingCompany) -> None:
    phone = IdentityRef(IdentityKind.PHONE, "", "13800001111")
    who = IdentityRef(IdentityKind.EXTERNAL_CONTACT, "ww1", "wm-customer")
    await company.happen(EventKind.CONTACT_ADDED, who, {"staff": "lina"})
    await company.happen(EventKind.PROFILE_FETCHED, who, {"found": True}, phone, profile=Profile(name="四哥"))
    await company.write("UPDATE relation SET account_id = 2")
    await company.write("DELETE FROM lead")
    await company.take(FILE, "assign")
    [lead] = await company.query("SELECT staff, is_friend, assigned_by FROM lead WHERE identity_id = $1", phone.id)
    assert tuple(lead) == ("wangqiang", False, "imported"), "as the file says"


async def test_cards_go_out_in_waves_of_working_time(company: ImportingCompany) -> None:
    policy = load_policy()
    rows = policy.wave_size * 2 + 1
    file = "手机,负责人\n" + "".join(f"139{number:08},lina\n" for number in range(rows))
    await company.take(file, "assign")
    assert len(await company.cards()) == policy.wave_size
    await company.at(company.clock.now() + policy.wave)
    assert len([card for card in await company.cards() if card[0] == "lina"]) >= policy.wave_size * 2
    last = await company.query("SELECT max(due_at) AS at FROM lead WHERE due_what = 'release'")
    assert last[0].at == company.clock.now() + policy.wave


async def test_an_import_after_work_waits_for_the_shift(company: ImportingCompany) -> None:
    company.clock.virtual_origin = company.clock.now() + timedelta(hours=12)
    await company.take(FILE, "assign")
    assert await company.cards() == []
    await company.at(company.clock.now() + timedelta(hours=11))
    assert sorted(card[0] for card in await company.cards()) == ["lina", "lina", "wangqiang"]


async def test_what_a_file_makes_of_somebody_is_no_step_on_a_path(company: ImportingCompany) -> None:
    from weloop.paths.rules import read_definition, stages_of

    stages = [
        {"key": "a", "name": "线索", "module": "leads", "events": [{"kind": "LeadCreated"}]},
        {"key": "b", "name": "导入", "module": "leads", "events": [{"kind": "PersonImported"}]},
    ]
    hops = [{"key": "h", "from": "a", "to": "b", "mechanism": "", "benchmark": ""}]
    definition = read_definition({"name": "x", "qualified": "b", "stages": stages, "hops": hops})
    assert stages_of(definition, EventKind.LEAD_CREATED, {"origin": "manual"}) == [0]
    assert stages_of(definition, EventKind.LEAD_CREATED, {"origin": "import"}) == []
    assert stages_of(definition, EventKind.PERSON_IMPORTED, {}) == []
