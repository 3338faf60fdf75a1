"""Campaigns: made, changed, archived; what belongs to each; where codes may be put."""

from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy

from weloop.campaigns.api import read_costs
from weloop.codes.api import get_code
from weloop.kit.db import run

from .conftest import Browser, Console
from .test_sources import Desk, desk

__all__ = ["desk"]

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


async def add(browser: Browser, **changes: Any) -> dict[str, Any]:
    """A new campaign as the API answers it."""
    status, body = await browser.post("/api/campaigns", {"name": "轴承厂白皮书", "kind": "white_paper", **changes})
    assert status == 201, body
    assert isinstance(body, dict)
    return body


async def bring(console: Console, *states: str) -> None:
    """Persons who came by these codes first, one each."""
    async with console.engine.begin() as connection:
        await run(
            connection,
            """
            INSERT INTO person (id, search, kinds, staff, state_code, first_seen_at, last_seen_at, resolved, conflict)
            SELECT n, '', '{}', '{}', state, $2, $2, true, false
            FROM unnest($1::text[]) WITH ORDINALITY AS u (state, n)
            """,
            list(states),
            NOW,
        )


async def test_a_campaign_gathers_its_codes_persons_and_costs(desk: Desk) -> None:
    browser = desk.browser
    campaign = await add(browser, starts_on="2026-11-01", ends_on="2026-11-30", goal="30 个有效线索")
    path = f"/api/campaigns/{campaign['id']}"
    first = await desk.add(name="文末", campaign_id=campaign["id"], mechanism="take_away")
    second = await desk.add(name="展位", campaign_id=campaign["id"])
    everyday = await desk.add(name="官网")
    await bring(desk.console, *[first["state_code"]] * 3, second["state_code"], everyday["state_code"])
    for name, amount in (("制版", 1200.5), ("礼品", "300")):
        status, cost = await browser.post(f"{path}/costs", {"name": name, "amount": amount, "spent_on": "2026-11-02"})
        assert (status, cost["amount"]) == (201, float(amount))

    status, body = await browser.get(path)
    assert (status, body["codes"], body["persons"], body["cost"]) == (200, 2, 4, 1500.5)
    assert [(code["name"], code["mechanism"], code["persons"]) for code in body["code_list"]] == [
        ("文末", "take_away", 3),
        ("展位", "", 1),
    ]
    assert [cost["name"] for cost in body["costs"]] == ["礼品", "制版"]
    _, page = await browser.get("/api/campaigns?search=白皮书&kind=white_paper")
    assert [(item["persons"], item["cost"]) for item in page["items"]] == [(4, 1500.5)]

    status, _ = await browser.delete(f"{path}/costs/{body['costs'][0]['id']}")
    assert (status, (await browser.get(path))[1]["cost"]) == (204, 1200.5)
    status, moved = await browser.patch(f"/api/sources/{first['id']}", {"campaign_id": None})
    assert (status, moved["campaign_id"], moved["mechanism"]) == (200, None, "take_away")
    assert (await browser.get(path))[1]["persons"] == 1, "moving a code moves its past with it"


async def test_costs_are_read_by_campaign_and_day(console: Console) -> None:
    browser = await console.signed_in()
    one, other = await add(browser), await add(browser)
    for campaign, amount, day in ((one, 10, "2026-11-01"), (one, 20.25, "2026-11-02"), (other, 5, "2026-11-03")):
        entry = {"name": "费用", "amount": amount, "spent_on": day}
        assert (await browser.post(f"/api/campaigns/{campaign['id']}/costs", entry))[0] == 201
    async with console.units.begin() as unit:
        whole = await read_costs(unit)
        some = await read_costs(unit, date(2026, 11, 2), date(2026, 11, 3))
    assert {key: float(value) for key, value in whole.items()} == {one["id"]: 30.25, other["id"]: 5.0}
    assert {key: float(value) for key, value in some.items()} == {one["id"]: 20.25, other["id"]: 5.0}


async def test_a_campaign_is_changed_archived_and_taken_back(desk: Desk) -> None:
    browser = desk.browser
    campaign = await add(browser, starts_on="2026-11-01")
    path = f"/api/campaigns/{campaign['id']}"
    source = await desk.add(campaign_id=campaign["id"])
    status, body = await browser.patch(path, {"name": "新名字", "starts_on": None})
    assert (status, body["name"], body["starts_on"], body["kind"]) == (200, "新名字", None, "white_paper")
    status, body = await browser.patch(path, {"archived": True})
    assert (status, body["archived"], (await browser.get("/api/campaigns"))[1]["total"]) == (200, True, 0)
    assert (await browser.get("/api/campaigns?archived=true"))[1]["total"] == 1
    assert [each["archived"] for each in (await browser.get("/api/campaigns/names"))[1]] == [True]

    given = {"name": "新码", "account_id": desk.account_id, "users": ["lina"], "campaign_id": campaign["id"]}
    status, refused = await browser.post("/api/sources", given)
    assert (status, refused["code"], refused["params"]["name"]) == (422, "campaign_archived", "新名字")
    status, kept = await browser.patch(f"/api/sources/{source['id']}", {"name": "x", "campaign_id": campaign["id"]})
    assert (status, kept["campaign_id"]) == (200, campaign["id"]), "what is in it may stay"
    assert (await browser.patch(path, {"archived": False}))[1]["archived"] is False
    assert (await browser.post("/api/sources", given))[0] == 201


async def test_a_renamed_source_renames_its_code(desk: Desk) -> None:
    source = await desk.add(name="旧名")
    await desk.browser.patch(f"/api/sources/{source['id']}", {"name": "新名", "mechanism": "name_card"})
    async with desk.console.units.begin() as unit:
        code = await get_code(unit, source["state_code"])
    assert (code.name, code.mechanism, code.campaign_id) == ("新名", "name_card", None)


async def test_hostile_input_is_refused_in_words(desk: Desk) -> None:
    browser = desk.browser
    campaign = await add(browser)
    path = f"/api/campaigns/{campaign['id']}"
    good = {"name": "活动", "kind": "live"}
    for change, code in (
        ({"kind": "party"}, "invalid_input"),
        ({"name": "坏\x07名"}, "invalid_input"),
        ({"name": "长" * 101}, "invalid_input"),
        ({"goal": "长" * 201}, "invalid_input"),
        ({"starts_on": "2026-11-02", "ends_on": "2026-11-01"}, "campaign_days"),
        ({"starts_on": "0001-01-01"}, "invalid_input"),
        ({"archived": True}, "invalid_input"),
    ):
        status, body = await browser.post("/api/campaigns", {**good, **change})
        assert (status, body["code"]) == (422, code), change
    for amount in (0, -1, "NaN", 1.234, 1e12, "1e9999"):
        entry = {"name": "x", "amount": amount, "spent_on": "2026-11-02"}
        status, body = await browser.post(f"{path}/costs", entry)
        assert (status, body["code"]) == (422, "invalid_input"), amount
    assert (await browser.get("/api/campaigns/999"))[1]["code"] == "campaign_not_found"
    assert (await browser.patch("/api/campaigns/999", {"name": "x"}))[1]["code"] == "campaign_not_found"
    assert (await browser.delete(f"{path}/costs/999"))[0] == 404
    for wrong, code in (({"campaign_id": 999}, "campaign_unknown"), ({"mechanism": "bribe"}, "invalid_input")):
        given = {"name": "码", "account_id": desk.account_id, "users": ["lina"], **wrong}
        status, body = await browser.post("/api/sources", given)
        assert (status, body["code"]) == (422, code)


async def test_a_page_of_campaigns_asks_a_constant_number_of_questions(console: Console) -> None:
    browser = await console.signed_in()
    statements: list[str] = []
    engine = console.units.engine.sync_engine
    sqlalchemy.event.listen(engine, "before_cursor_execute", lambda *given: statements.append(given[2]))

    async def questions() -> int:
        statements.clear()
        assert (await browser.get("/api/campaigns?size=100"))[0] == 200
        return len(statements)

    await add(browser)
    few = await questions()
    for number in range(20):
        await add(browser, name=f"活动 {number}")
    assert await questions() == few
