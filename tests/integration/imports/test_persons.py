"""Persons out of a file: checked exactly, joined as identity joins them, once however often it is told."""

import asyncio
from datetime import timedelta

import pytest

from weloop.audience.attributes import create_attribute
from weloop.contracts.errors import Conflict
from weloop.contracts.events import EventKind
from weloop.contracts.identities import IdentityKind, IdentityRef, Profile
from weloop.features.imports import pages
from weloop.features.imports.faults import fault_lines
from weloop.features.imports.jobs import forget_imports
from weloop.features.imports.rules import load_limits

from .conftest import USER, VAULT, ImportingCompany

FILE = """姓名,手机,邮箱,公司,unionid
张三,13800001111,zhang@example.com,轴承厂,
张三（重复）,138 0000 1111,,轴承厂,
李四,13800002222,,,union-li-0001
王五,,wang@example.com,泵厂,
没有号码,,,,
坏号码,12345,,,
"""


TABLES = (
    "SELECT * FROM person ORDER BY id",
    "SELECT * FROM identity ORDER BY id",
    "SELECT * FROM identity_fact ORDER BY key",
    "SELECT * FROM people_import ORDER BY id",
    "SELECT * FROM people_import_row ORDER BY import_id, number",
)


async def known(company: ImportingCompany) -> None:
    """A customer of ours whose number a remark told."""
    phone = IdentityRef(IdentityKind.PHONE, "", "13800002222")
    who = IdentityRef(IdentityKind.EXTERNAL_CONTACT, "ww1", "wm-customer")
    await company.happen(EventKind.CONTACT_ADDED, who, {"staff": "lina"})
    profile = Profile(name="四哥")
    await company.happen(EventKind.PROFILE_FETCHED, who, {"found": True}, phone, profile=profile)


async def test_the_check_says_what_the_run_does(company: ImportingCompany) -> None:
    await known(company)
    import_id = await company.upload(FILE)
    counts = await company.check(import_id)
    assert counts.model_dump() == {
        "rows": 6, "faulty": 2, "doubled": 1, "new": 2, "known": 1, "leads": 0, "taken": 0,
    }  # fmt: skip
    assert len(await company.persons()) == 1, "a check changes nothing"
    await company.begin(import_id)
    await company.settle()
    done = await company.show(import_id)
    assert (done.state, done.expected, done.done, done.faulty) == ("done", 4, 4, 2)
    assert done.faults == {"no_key": 1, "phone": 1}
    assert await company.persons() == [
        ("四哥", None, ["external_contact", "phone", "unionid"]),
        ("张三（重复）", "轴承厂", ["email", "phone"]),
        ("王五", "泵厂", ["email"]),
    ], "what a platform told stands before a file; of two rows the later one"


async def test_an_import_is_no_arrival(company: ImportingCompany) -> None:
    """Nobody is a new friend, nobody enters a path, no lead is made of it, nothing goes out."""
    await company.take(FILE.replace("unionid", "external_userid").replace("union-li-0001", "wm-unknown-1"))
    told = {row.kind for row in await company.query("SELECT kind FROM event")}
    assert told == {"PersonImported"}
    nothing = "SELECT 1 FROM relation UNION ALL SELECT 1 FROM lead UNION ALL SELECT 1 FROM path_touch"
    assert await company.query(nothing) == []
    commands = await company.query("SELECT name, body FROM command")
    assert [(row.name, row.body["value"]) for row in commands] == [("FetchProfile", "wm-unknown-1")], (
        "whom a file names as a customer the platform is asked about"
    )


async def test_rows_that_come_out_of_the_log_twice_change_nothing(company: ImportingCompany) -> None:
    done = await company.take(FILE)
    before = [await company.query(sql) for sql in TABLES]
    await company.write(
        "INSERT INTO inbox_pending (event_id, recorded_at, subject, lane, due, owed)"
        " SELECT id, recorded_at, identity_id, 1, recorded_at, true FROM event"
    )
    await company.settle()
    assert [await company.query(sql) for sql in TABLES] == before
    assert (await company.show(done.id)).done == 4


def many(rows: int) -> str:
    """A file of so many persons."""
    return "手机\n" + "".join(f"139{number:08}\n" for number in range(rows))


async def test_a_worker_killed_between_batches_doubles_nothing(
    company: ImportingCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = load_limits().batch * 2 + 10
    import_id = await company.upload(many(rows))
    await company.check(import_id)
    await company.begin(import_id)
    await company.runner.work()
    await company.dispatcher.work()

    async def die(*_: object) -> None:
        raise ConnectionError("killed")

    with monkeypatch.context() as patch:
        patch.setattr("weloop.features.imports.runner.settle", die)
        with pytest.raises(ConnectionError):
            await company.runner.work()
    assert (await company.show(import_id)).place == 1, "what was not committed is begun again"
    await company.settle()
    done = await company.show(import_id)
    assert (done.state, done.done, len(await company.persons())) == ("done", rows, rows)
    assert len(await company.query("SELECT 1 FROM event")) == rows


async def test_two_workers_and_two_imports_do_not_meet(company: ImportingCompany) -> None:
    rows = load_limits().batch + 10
    first, second = await company.upload(many(rows)), await company.upload(many(rows) + "13700000000\n")
    for import_id in (first, second):
        await company.check(import_id)
        await company.begin(import_id)
        await company.begin(import_id)
    while sum(await asyncio.gather(*(company.runner.work() for _ in range(3)))):
        pass
    while sum(await asyncio.gather(*(company.dispatcher.work() for _ in range(2)))):
        pass
    for import_id, expected in ((first, rows), (second, rows + 1)):
        shown = await company.show(import_id)
        assert (shown.state, shown.done) == ("done", expected)
    assert len(await company.persons()) == rows + 1


async def test_the_same_file_again_is_said_and_makes_nobody_new(company: ImportingCompany) -> None:
    first = await company.take(FILE)
    again = await company.upload(FILE)
    shown = await company.show(again)
    assert shown.twin is not None
    assert (shown.twin.id, shown.twin.at) == (first.id, first.started_at)
    counts = await company.check(again)
    assert (counts.new, counts.known) == (0, 3)


async def test_a_running_import_is_left_alone(company: ImportingCompany) -> None:
    import_id = await company.upload(FILE)
    await company.check(import_id)
    await company.begin(import_id)
    with pytest.raises(Conflict) as refused:
        await company.check(import_id)
    assert refused.value.params == {"state": "running"}


async def test_a_file_of_faults_alone_ends_too(company: ImportingCompany) -> None:
    done = await company.take("手机\n1\n2\n")
    assert (done.state, done.done, done.faulty) == ("done", 0, 2)


async def test_rows_are_forgotten_after_a_time(company: ImportingCompany) -> None:
    done = await company.take(FILE)
    draft = await company.upload(many(3))
    company.clock.virtual_origin = company.clock.now() + timedelta(days=load_limits().done_days, hours=1)
    async with company.units.begin() as unit:
        await forget_imports(unit)
    shown = await company.show(done.id)
    assert (shown.forgotten_at, shown.samples, shown.rows) == (company.clock.now(), [], 6)
    assert await company.query("SELECT 1 FROM people_import WHERE id = $1", draft) == []
    assert len(await company.persons()) == 3, "who came in stays"


async def test_faults_are_downloaded_with_what_stands_there(company: ImportingCompany) -> None:
    import_id = await company.upload(FILE + "=HYPERLINK(1),=1+1,,,\n")
    await company.check(import_id)
    async with company.units.begin() as unit:
        row = await pages.load_import(unit, import_id)
    text = "".join([lines async for lines in fault_lines(company.units, VAULT, row)])
    assert text.removeprefix("\ufeff").splitlines() == [
        "行号,列,内容,原因",
        "6,,,没有手机号、邮箱、unionid 或 external_userid，认不出是谁",
        "7,手机,12345,不是完整的手机号或电话号码",
        "8,手机,'=1+1,不是完整的手机号或电话号码",
    ]


async def test_an_account_that_goes_ends_its_imports_and_holds_up_no_other(company: ImportingCompany) -> None:
    running, checking = await company.upload(FILE), await company.upload("手机\n13800009991\n")
    await company.check(running)
    await company.begin(running)
    await company.write("UPDATE people_import SET state = 'checking', account_id = 1 WHERE id = $1", checking)
    await company.write(
        "INSERT INTO account (kind, name, app_id, agent_id, api_base, callback_key, state, created_at, updated_at)"
        " VALUES ('wecom', '另一家', 'ww2', 1, 'http://127.0.0.1', 'key2', 'ready', $1, $1)",
        company.clock.now(),
    )
    other = await company.upload("手机\n13800009992\n")
    await company.write("UPDATE people_import SET state = 'checking', account_id = 2 WHERE id = $1", other)
    await company.write("UPDATE account SET removed_at = $1 WHERE id = 1", company.clock.now())
    await company.settle()
    states = {row.id: row.state for row in await company.query("SELECT id, state FROM people_import")}
    assert states == {running: "done", checking: "draft", other: "checked"}


async def test_columns_of_attributes_come_in_and_go_with_whom_the_import_made(company: ImportingCompany) -> None:
    async with company.units.begin() as unit:
        for key, name, kind in (("seats", "席位", "number"), ("renew_on", "续费", "date")):
            await create_attribute(unit, USER, {"key": key, "name": name, "type": kind, "choices": []})
    await company.take("姓名,手机,席位\n张三,13800001111,5\n")
    await company.later()
    file = "手机,席位,续费\n13800001111,12,2027/1/5\n13800002222,x,\n13800003333,3,\n"
    done = await company.take(file)
    assert (done.fields[1:], done.faults) == (["attribute:seats", "attribute:renew_on"], {"attribute": 1})
    told = "SELECT a.key, coalesce(v.number::text, v.day::text) FROM person_attribute AS v"
    told += " JOIN attribute AS a ON a.id = v.attribute_id ORDER BY 1, 2"
    rows = [tuple(row) for row in await company.query(told)]
    assert rows == [("renew_on", "2027-01-05"), ("seats", "12"), ("seats", "3")]
    await company.later()
    await company.undo(done.id)
    rows = [tuple(row) for row in await company.query(told)]
    assert rows == [("renew_on", "2027-01-05"), ("seats", "12")], "who was known before keeps what was told"
