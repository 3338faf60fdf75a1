"""Templates of messages: asked for once, the newest answer counts, and what a journey may say with them."""

from datetime import datetime, timedelta
from typing import Any

from weloop.content.message_templates import take_templates
from weloop.kit.db import run

from .test_articles import NOW, Desk, desk, outcome, source_desk

__all__ = ["desk", "source_desk"]

TEMPLATE = {
    "id": "tplA",
    "title": "活动开始提醒",
    "content": "主题:{{thing1.DATA}}\n时间:{{time2.DATA}}\n",
    "example": "",
}


async def take(desk: Desk, at: datetime, *templates: dict[str, str], errcode: int = 0) -> None:
    """The platform answers."""
    told = {"errcode": errcode, "fetched_at": at.timestamp(), "templates": list(templates)}
    event = outcome(desk.account_id, "FetchTemplates", f"templates:{at}", at, result=told)
    async with desk.console.units.begin() as unit:
        await take_templates(unit, [event, event])


async def faults(desk: Desk, **changes: object) -> list[tuple[str, str]]:
    node: dict[str, Any] = {
        "id": "say",
        "type": "send_template",
        "account_id": desk.account_id,
        "template_id": "tplA",
        "values": {"thing1": "公开课", "time2": "20:00"},
    }
    status, found = await desk.browser.post("/api/journeys/validation", {"draft": {"nodes": [node | changes]}})
    assert status == 200, found
    return [(each["field"], each["code"]) for each in found]


async def test_the_newest_answer_of_an_account_counts(desk: Desk) -> None:
    assert await desk.browser.get("/api/message-templates") == (200, [])
    await take(desk, NOW, TEMPLATE)
    await take(desk, NOW - timedelta(hours=1))
    _, [listed] = await desk.browser.get("/api/message-templates")
    [template] = listed["templates"]
    assert [(each["key"], each["label"], each["most"]) for each in template["places"]] == [
        ("thing1", "主题", 20),
        ("time2", "时间", None),
    ]
    await take(desk, NOW + timedelta(hours=1), errcode=48001)
    _, [listed] = await desk.browser.get("/api/message-templates")
    assert (listed["errcode"], listed["templates"]) == (48001, [])


async def test_asking_twice_asks_once_and_other_accounts_have_none(desk: Desk) -> None:
    path = f"/api/message-templates/{desk.account_id}/fetch"
    assert [(await desk.browser.post(path))[0] for _ in range(2)] == [202, 202]
    async with desk.console.engine.begin() as connection:
        rows = await run(connection, "SELECT key FROM command WHERE name = 'FetchTemplates'")
    assert len(rows) == 1
    _, accounts = await desk.browser.get("/api/accounts")
    [corp] = [each["id"] for each in accounts if each["kind"] == "wecom"]
    assert [(await desk.browser.post(f"/api/message-templates/{each}/fetch"))[0] for each in (corp, 9999)] == [404, 404]


async def test_a_journey_fills_the_places_of_a_template_that_is_there(desk: Desk) -> None:
    assert await faults(desk) == [("template_id", "template_unknown")]
    await take(desk, NOW, TEMPLATE)
    assert await faults(desk) == []
    assert await faults(desk, values={"thing1": "公开课"}) == [("values.time2", "value_missing")]
    three = {"thing1": "公开课", "time2": "20:00", "thing3": "多余"}
    assert await faults(desk, values=three) == [("values.thing3", "place_unknown")]
    assert await faults(desk, account_id=9999) == [
        ("account_id", "account_unknown"),
        ("template_id", "template_unknown"),
    ]
