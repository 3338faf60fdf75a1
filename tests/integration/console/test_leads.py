"""Leads over HTTP: entered, worked, filtered, exported; hostile input gets a clear answer."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from weloop.access.api import Role
from weloop.contracts.accounts import StaffRecord
from weloop.kit.clock import beijing_date, machine_now, midnight
from weloop.kit.db import run

from .conftest import Browser, Console, Platform


@pytest.fixture
async def account(console: Console, platform: Platform) -> int:
    """A WeCom account with two members who are always at work."""
    platform.staff = [StaffRecord("lina", "李娜", None, 1, True), StaffRecord("wangqiang", "王强", None, 1, True)]
    admin = await console.signed_in()
    _, made = await admin.post("/api/accounts", {"kind": "wecom", "name": "山屿云", "app_id": "ww0123456789abcdef"})
    await admin.post(f"/api/accounts/{made['id']}/staff-sync")
    always = [[[0, 1440]]] * 7
    for userid in ("lina", "wangqiang"):
        status, duty = await admin.ask(
            "PUT", f"/api/staff/duties/{made['id']}/{userid}", json={"week": always, "weight": 1}
        )
        assert (status, duty["working"], duty["friend_limit"]) == (200, True, 5000), duty
    return int(made["id"])


async def enter(browser: Browser, account: int, phone: str = "13800000001", name: str = "赵建国") -> dict[str, Any]:
    body = {"account_id": account, "phone": phone, "name": name, "company": "江北轴承"}
    status, lead = await browser.post("/api/leads", body)
    assert status == 201, lead
    return lead  # type: ignore[no-any-return]


async def test_the_way_of_a_lead(console: Console, account: int) -> None:
    operator = await console.signed_in(Role.OPERATOR)
    lead = await enter(operator, account, "+86 138-0000-0001")
    assert (lead["stage"], lead["origin"], lead["staff"], lead["clock"]) == ("lead", "manual", "lina", None)
    assert lead["waiting_until"] is not None, "a card waits a little for the name"
    assert [task["kind"] for task in lead["tasks"]] == ["add_friend"]
    sdr = await console.signed_in(Role.SDR)
    path = f"/api/leads/{lead['id']}"
    assert (await sdr.post(f"{path}/accept"))[1]["clock"]["kind"] == "contact"
    assert (await sdr.post(f"{path}/contacted"))[1]["evidence"] == "marked"
    later = (machine_now() + timedelta(days=2)).isoformat()
    _, body = await sdr.post(f"{path}/notes", {"note": "约了演示", "next_at": later})
    assert [each["note"] for each in body["notes"]] == ["约了演示"]
    _, body = await sdr.ask("PUT", f"{path}/chips", json={"need": True, "role": True, "time": True})
    assert (body["stage"], body["fit"]) == ("sql", 40)
    _, body = await sdr.ask("PUT", f"{path}/profile", json={"known": {"role": True, "industry": False, "size": True}})
    assert (body["fit"], body["profile"]) == (45, {"role": True, "industry": False, "size": True})
    _, body = await sdr.post(f"{path}/adding", {"outcome": "sent"})
    assert [task["kind"] for task in body["tasks"]] == ["follow_up"]
    _, body = await sdr.post(f"{path}/stage", {"to": "won", "amount": 86000})
    assert (body["stage"], body["amount"], body["tasks"], body["next_at"]) == ("won", 86000, [], None)
    _, figures = await sdr.get("/api/leads/figures")
    now = figures["now"]
    assert (now["created"], now["qualified"], now["sql"], now["won"], now["won_amount"]) == (1, 1, 1, 1, 86000)
    assert now["contact_p90"] is not None


async def test_the_page_of_a_lead_opens_before_its_person_is_known(console: Console, account: int) -> None:
    operator = await console.signed_in(Role.OPERATOR)
    lead = await enter(operator, account)
    status, told = await operator.get(f"/api/persons/{lead['person_id']}/timeline")
    assert (status, told) == (200, {"items": [], "next": None})
    status, told = await operator.get(f"/api/persons/{int(lead['person_id']) - 1}/timeline")
    assert (status, told["code"]) == (404, "person_not_found")


async def test_figures_are_of_whole_beijing_days_like_those_of_the_first_page(console: Console, account: int) -> None:
    operator = await console.signed_in(Role.OPERATOR)
    first = midnight(beijing_date(machine_now())) - timedelta(days=27)
    for number, made in enumerate((first, first - timedelta(seconds=1))):
        lead = await enter(operator, account, f"1380000010{number}")
        async with console.units.begin() as unit:
            await run(unit.connection, "UPDATE lead SET created_at = $1, mql_at = $1 WHERE id = $2", made, lead["id"])
    _, figures = await operator.get("/api/leads/figures")
    _, overview = await operator.get("/api/overview")
    for times in ("now", "before"):
        assert (figures[times]["created"], figures[times]["qualified"]) == (1, 1)
        assert overview[times]["qualified"] == 1


async def test_filters_counts_and_orders(console: Console, account: int) -> None:
    browser = await console.signed_in(Role.LEAD)
    made = [await enter(browser, account, f"1380000000{number}", f"客户{number}") for number in range(4)]
    await browser.ask("PUT", f"/api/leads/{made[0]['id']}/chips", json={"need": True})
    await browser.post(f"/api/leads/{made[1]['id']}/return")
    await browser.post(f"/api/leads/{made[2]['id']}/stage", {"to": "lost", "reason": "no_need"})

    async def ids(query: str) -> list[int]:
        status, page = await browser.get(f"/api/leads?{query}")
        assert status == 200, page
        return [made.index(next(each for each in made if each["id"] == row["id"])) for row in page["items"]]

    assert await ids("") == [3, 2, 1, 0]
    assert await ids("stage=mql") == [0]
    assert await ids("stage=lead&stage=mql") == [3, 1, 0]
    assert await ids("pool=true") == [1]
    assert await ids("order=score")
    assert await ids("late=true") == []
    _, page = await browser.get("/api/leads?size=1")
    assert (page["total"], page["stages"]) == (4, {"lead": 2, "mql": 1, "lost": 1})
    assert await ids("campaign_id=5") == []


async def test_search_finds_names_and_numbers(console: Console, account: int) -> None:
    browser = await console.signed_in(Role.LEAD)
    lead = await enter(browser, account)
    async with console.units.begin() as unit:
        await run(
            unit.connection,
            "INSERT INTO person (id, name, search, kinds, staff, first_seen_at, last_seen_at, resolved, conflict)"
            " VALUES ($1, '赵建国', '赵建国 江北轴承 13800000001', '{phone}', '{}', $2, $2, false, false)",
            int(lead["person_id"]),
            unit.now,
        )
    for search, found in (("建国", 1), ("13800000001", 1), ("没有", 0), ("%", 0)):
        assert (await browser.get("/api/leads", params={"search": search}))[1]["total"] == found, search


async def test_a_file_of_leads_holds_no_formula(console: Console, account: int) -> None:
    browser = await console.signed_in(Role.OPERATOR)
    lead = await enter(browser, account)
    async with console.units.begin() as unit:
        await run(
            unit.connection,
            "INSERT INTO person (id, name, search, kinds, staff, first_seen_at, last_seen_at, resolved, conflict)"
            " VALUES ($1, '=HYPERLINK(1)', '', '{phone}', '{}', $2, $2, false, false)",
            int(lead["person_id"]),
            unit.now,
        )
    status, text, headers = await browser.ask_whole("GET", "/api/leads/export.csv")
    assert status == 200
    assert headers["Content-Type"].startswith("text/csv")
    head, line = text.strip().splitlines()
    assert head.startswith("\ufeff编号,姓名")
    assert "'=HYPERLINK(1)" in line


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("accept", None, "lead_in_pool"),
        ("stage", {"to": "lost"}, "lead_reason"),
        ("stage", {"to": "sql", "amount": 5}, "lead_amount"),
        ("notes", {"note": "x", "next_at": "2020-01-01T00:00:00Z"}, "lead_next_at"),
        ("notes", {"note": "a\u0000b", "next_at": "2099-01-01T00:00:00Z"}, "invalid_input"),
        ("notes", {"note": "x", "next_at": "2099-01-01T00:00:00"}, "invalid_input"),
        ("claim", {"staff": "nobody"}, "staff_unknown"),
        ("assign", {"staff": "nobody"}, "staff_unknown"),
        ("adding", {"outcome": "'; DROP TABLE lead"}, "invalid_input"),
        ("stage", {"to": "won", "amount": -1}, "invalid_input"),
    ],
)
async def test_what_cannot_be_is_refused(console: Console, account: int, path: str, body: Any, code: str) -> None:
    browser = await console.signed_in(Role.LEAD)
    lead = await enter(browser, account)
    await browser.post(f"/api/leads/{lead['id']}/return")
    status, answer = await browser.post(f"/api/leads/{lead['id']}/{path}", body)
    assert (status in (409, 422), answer["code"]) == (True, code), answer


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"phone": "not a number"}, "lead_phone"),
        ({"phone": None, "person_id": "77"}, "person_unknown"),
        ({"account_id": 999}, "account_not_found"),
        ({"phone": "1" * 4000}, "invalid_input"),
    ],
)
async def test_nobody_becomes_a_lead_by_nonsense(
    console: Console, account: int, change: dict[str, Any], code: str
) -> None:
    browser = await console.signed_in(Role.LEAD)
    body = {"account_id": account, "phone": "13800000001", "name": "赵建国", **change}
    status, answer = await browser.post("/api/leads", body)
    assert (status in (404, 422), answer["code"]) == (True, code), answer


async def test_one_person_is_one_lead(console: Console, account: int) -> None:
    browser = await console.signed_in(Role.LEAD)
    await enter(browser, account)
    status, answer = await browser.post("/api/leads", {"account_id": account, "phone": "138 0000 0001"})
    assert (status, answer["code"]) == (409, "lead_exists")


async def test_special_days_are_kept(console: Console, account: int) -> None:
    browser = await console.signed_in(Role.LEAD)
    days = {"days": [{"day": "2026-10-01", "working": False}, {"day": "2026-10-10", "working": True}]}
    for _ in range(2):
        assert (await browser.ask("PUT", "/api/staff/special-days", json=days)) == (200, days)
    assert (await browser.get("/api/staff/special-days"))[1] == days


@pytest.mark.parametrize(
    ("userid", "body", "code"),
    [
        ("nobody", {}, "staff_unknown"),
        ("lina", {"backup": "nobody"}, "staff_unknown"),
        ("lina", {"backup": "lina"}, "staff_unknown"),
        ("lina", {"week": [[]] * 6}, "invalid_input"),
        ("lina", {"week": [[[600, 500]], [], [], [], [], [], []]}, "shift_week"),
        ("lina", {"weight": -1}, "invalid_input"),
    ],
)
async def test_a_duty_that_cannot_be_is_refused(
    console: Console, account: int, userid: str, body: Any, code: str
) -> None:
    browser = await console.signed_in(Role.LEAD)
    status, answer = await browser.ask("PUT", f"/api/staff/duties/{account}/{userid}", json=body)
    assert (status, answer["code"]) == (422, code)


async def test_a_page_of_leads_asks_a_fixed_number_of_questions(console: Console, account: int) -> None:
    """However many leads a page shows; see ``tests/scenario/test_queries.py`` for the other pages."""
    browser = await console.signed_in(Role.LEAD)
    for number in range(3):
        await enter(browser, account, f"1380000000{number}")
    few = await _count(console, browser, "/api/leads?size=1")
    assert await _count(console, browser, "/api/leads?size=100") == few


async def _count(console: Console, browser: Browser, path: str) -> int:

    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    engine = console.units.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert (await browser.get(path))[0] == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(asked)
