"""Paths over HTTP: made from a template, reported, changed, exported, put away; hostile input gets a clear answer."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from weloop.access.api import Role
from weloop.contracts.events import EventKind, NewEvent
from weloop.contracts.identities import IdentityKind, IdentityRef
from weloop.entrypoints.bootstrap import build_handlers, build_writers
from weloop.inbox.api import Dispatcher, SubjectKeys
from weloop.kit.clock import WorldClock, machine_now
from weloop.kit.seal import Vault
from weloop.kit.unit import Units
from weloop.paths.api import PathBuilder

from .conftest import Browser, Console


async def make(browser: Browser, template: str = "b2b") -> dict[str, Any]:
    status, path = await browser.post("/api/paths", {"name": "主路径", "template": template})
    assert status == 201, path
    return path  # type: ignore[no-any-return]


async def live(console: Console, people: int) -> None:
    """People who read, of whom every second adds a member by one of two codes."""
    keys = SubjectKeys(Vault(b"k" * 32))
    units = Units(console.engine, WorldClock(), build_writers(keys))
    begin = machine_now() - timedelta(days=3)
    async with units.begin() as unit:
        for number in range(people):
            subject = IdentityRef(IdentityKind.EXTERNAL_CONTACT, "ww1", f"wm{number:04d}")
            at = begin + timedelta(minutes=number)
            unit.append(NewEvent(1, EventKind.PAGE_VIEWED, f"read {number}", at, subject, {"name": "案例"}))
            if number % 2 == 0:
                data = {"staff": "lina", "state": f"code{number % 4}"}
                added = at + timedelta(minutes=10)
                unit.append(NewEvent(1, EventKind.CONTACT_ADDED, f"add {number}", added, subject, data))
    dispatcher, builder = Dispatcher(units, keys, build_handlers()), PathBuilder(units)
    while await dispatcher.work():
        pass
    while await builder.work():
        pass


async def test_a_path_is_made_from_a_template_and_reports_what_people_did(console: Console) -> None:
    browser = await console.signed_in(Role.OPERATOR)
    path = await make(browser)
    assert (path["built"], path["number"], path["qualified"]) == (False, 1, "mql")
    await live(console, 40)
    status, report = await browser.get(f"/api/paths/{path['id']}/report")
    assert status == 200
    first = report["hops"][0]
    assert report["built"]
    assert (first["rate"]["entered"], first["rate"]["passed"], first["rate"]["few"]) == (40, 20, False)
    assert first["rate"]["low"] < 0.5 < first["rate"]["high"]
    assert first["median"] == pytest.approx(600, rel=0.05)
    assert {part["key"]: part["rate"]["passed"] for part in first["sources"]} == {"": 0, "code0": 10, "code2": 10}
    assert {part["key"] for part in first["owners"]} == {"", "lina"}
    assert sum(part["rate"]["entered"] for part in first["cohorts"]) == 40
    status, page = await browser.get(f"/api/paths/{path['id']}/hops/read_friend/persons?passed=true&state=code0&size=4")
    assert (status, page["total"], len(page["items"])) == (200, 10, 4)
    assert {row["seconds"] for row in page["items"]} == {600.0}
    assert page["items"][0]["entered_at"] > page["items"][-1]["entered_at"]


async def test_few_people_get_no_percentage_but_the_days_that_would_be_enough(console: Console) -> None:
    browser = await console.signed_in(Role.SDR)
    path = await make(await console.signed_in(Role.LEAD))
    await live(console, 7)
    _, report = await browser.get(f"/api/paths/{path['id']}/report")
    first = report["hops"][0]
    assert (first["rate"]["few"], first["enough_days"]) == (True, 80)
    assert report["weakest"] is None


async def test_yaml_goes_out_and_in(console: Console) -> None:
    browser = await console.signed_in()
    path = await make(browser, "education")
    _, text = await browser.get(f"/api/paths/{path['id']}/yaml")
    status, copy = await browser.post("/api/paths/import", text)
    assert status == 201
    assert (copy["stages"], copy["hops"]) == (path["stages"], path["hops"])
    _, templates = await browser.get("/api/paths/templates")
    assert [each["key"] for each in templates] == ["b2b", "store", "education", "commerce"]


async def test_a_new_definition_is_published_once(console: Console) -> None:
    browser = await console.signed_in()
    path = await make(browser)
    _, versions = await browser.get(f"/api/paths/{path['id']}/versions")
    definition = versions[0]["definition"]
    definition["hops"].pop()
    body = {"number": 1, "definition": definition}
    status, changed = await browser.ask("PUT", f"/api/paths/{path['id']}/definition", json=body)
    assert (status, changed["number"], len(changed["hops"])) == (200, 2, len(path["hops"]) - 1)
    status, refused = await browser.ask("PUT", f"/api/paths/{path['id']}/definition", json=body)
    assert (status, refused["code"]) == (409, "path_changed")


async def test_hops_are_decided_when_a_path_is_made_and_later(console: Console) -> None:
    browser = await console.signed_in(Role.OPERATOR)
    chosen = {"key": "friend_mql", "mechanism": "当天电话", "owner": "林晓", "sla": 86_400, "states": []}
    status, path = await browser.post("/api/paths", {"name": "主路径", "template": "b2b", "hops": [chosen]})
    assert status == 201, path
    hops = {hop["key"]: hop for hop in path["hops"]}
    assert {name: hops["friend_mql"][name] for name in chosen} == chosen
    assert hops["read_friend"]["owner"] == "内容运营", "what is not named stays as the template has it"
    await live(console, 8)
    place, body = f"/api/paths/{path['id']}/hops", {"number": 1, "hops": [{**chosen, "owner": "王静"}]}
    status, changed = await browser.ask("PUT", place, json=body)
    assert (status, changed["number"], changed["built"]) == (200, 2, True), "other words need no other counts"
    _, report = await browser.get(f"/api/paths/{path['id']}/report")
    assert (report["hops"][0]["rate"]["entered"], report["hops"][0]["rate"]["passed"]) == (8, 4)
    _, versions = await browser.get(f"/api/paths/{path['id']}/versions")
    owners = [next(hop["owner"] for hop in v["definition"]["hops"] if hop["key"] == "friend_mql") for v in versions]
    assert ([v["number"] for v in versions], owners) == ([2, 1], ["王静", "林晓"])
    status, refused = await browser.ask("PUT", place, json=body)
    assert (status, refused["code"]) == (409, "path_changed")
    status, refused = await browser.ask("PUT", place, json={"number": 2, "hops": [{"key": "nowhere"}]})
    assert (status, refused["code"]) == (422, "path_definition")


async def test_a_hop_of_certain_codes_is_passed_by_these_alone(console: Console) -> None:
    browser = await console.signed_in(Role.OPERATOR)
    path = await make(browser)
    await live(console, 40)
    only = {"key": "read_friend", "mechanism": "文末码", "owner": "", "sla": None, "states": ["code2"]}
    status, changed = await browser.ask("PUT", f"/api/paths/{path['id']}/hops", json={"number": 1, "hops": [only]})
    assert (status, changed["built"]) == (200, False), "who passed is counted anew"
    await live(console, 0)
    _, report = await browser.get(f"/api/paths/{path['id']}/report")
    assert (report["hops"][0]["rate"]["entered"], report["hops"][0]["rate"]["passed"]) == (40, 10)


async def test_a_path_that_is_put_away_is_gone_from_the_screens(console: Console) -> None:
    browser = await console.signed_in()
    path = await make(browser)
    status, _ = await browser.ask("DELETE", f"/api/paths/{path['id']}")
    assert status == 204
    assert (await browser.get("/api/paths"))[1] == []
    status, body = await browser.get(f"/api/paths/{path['id']}/report")
    assert (status, body["code"]) == (404, "path_not_found")


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        ("POST", "/api/paths", {"name": "x", "template": "none"}, (422, "path_template")),
        ("POST", "/api/paths", {"name": "a\u0000b", "template": "b2b"}, (422, "invalid_input")),
        ("POST", "/api/paths/import", {"yaml": "a: ["}, (422, "path_yaml")),
        ("POST", "/api/paths/import", {"yaml": "a: &x [1]\nb: *x"}, (422, "path_yaml")),
        ("POST", "/api/paths/import", {"yaml": "name: x\nstages: []"}, (422, "path_definition")),
        ("PUT", "/api/paths/1/definition", {"number": 1, "definition": {"stages": "x"}}, (422, "path_definition")),
        ("GET", "/api/paths/1/report?first=2026-01-02&last=2026-01-01", None, (422, "report_period")),
        ("GET", "/api/paths/1/report?first=1000-01-02", None, (422, "report_period")),
        ("GET", "/api/paths/1/report?last=0001-01-01", None, (422, "report_period")),
        ("GET", "/api/paths/1/report?last=9999-12-31", None, (422, "report_period")),
        ("GET", "/api/paths/1/hops/read_friend/persons?last=9999-12-31", None, (422, "report_period")),
        ("GET", "/api/paths/1/hops/none/persons", None, (404, "hop_not_found")),
        ("GET", "/api/paths/1/hops/read_friend/persons?state=%00", None, (422, "invalid_input")),
        ("GET", "/api/paths/999", None, (404, "path_not_found")),
    ],
)
async def test_what_cannot_be_is_refused_clearly(
    console: Console, method: str, path: str, body: Any, expected: tuple[int, str]
) -> None:
    browser = await console.signed_in()
    made = await make(browser)
    status, answer = await browser.ask(method, path.replace("/1/", f"/{made['id']}/"), json=body)
    assert (status, answer["code"]) == expected


async def test_two_who_publish_at_once_do_not_overwrite_each_other(console: Console) -> None:
    browser = await console.signed_in()
    path = await make(browser)
    _, versions = await browser.get(f"/api/paths/{path['id']}/versions")
    body = {"number": 1, "definition": versions[0]["definition"]}
    address = f"/api/paths/{path['id']}/definition"
    answers = await asyncio.gather(*(browser.ask("PUT", address, json=body) for _ in range(4)))
    assert sorted(status for status, _ in answers) == [200, 409, 409, 409]
