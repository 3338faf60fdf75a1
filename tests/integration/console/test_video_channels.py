"""Channels accounts (视频号): noted by name and id, checked by nobody, and the place of campaigns."""

from typing import Any

import pytest

from weloop.access.api import Role
from weloop.kit.db import run

from .conftest import Browser, Console

PATH = "/api/video-channels"
ONE = {"name": "山屿云视频号", "finder_id": "sph5a1e0000000demo3"}


@pytest.fixture
async def admin(console: Console) -> Browser:
    return await console.signed_in()


async def put(browser: Browser, path: str, body: Any) -> tuple[int, Any]:
    return await browser.ask("PUT", path, json=body)


async def test_it_is_noted_renamed_and_removed(console: Console, admin: Browser) -> None:
    status, made = await admin.post(PATH, ONE)
    assert (status, made["name"], made["finder_id"]) == (201, ONE["name"], ONE["finder_id"])
    status, body = await admin.post(PATH, {**ONE, "name": "又一个"})
    assert (status, body["code"]) == (409, "account_exists")
    status, other = await admin.post(PATH, {"name": "第二个", "finder_id": "sphOther0001"})
    assert status == 201
    status, body = await put(admin, f"{PATH}/{other['id']}", ONE)
    assert (status, body["code"]) == (409, "account_exists")
    status, body = await put(admin, f"{PATH}/{made['id']}", {**ONE, "name": "新名"})
    assert (status, body["name"]) == (200, "新名")
    assert (await admin.delete(f"{PATH}/{other['id']}"))[0] == 204
    assert (await admin.delete(f"{PATH}/{other['id']}"))[1]["code"] == "video_channel_not_found"
    assert [each["id"] for each in (await admin.get(PATH))[1]] == [made["id"]]
    async with console.engine.begin() as connection:
        acts = await run(connection, "SELECT act FROM audit_entry WHERE act ~ 'video' ORDER BY id")
    assert [row.act for row in acts] == [
        "video_channel_added", "video_channel_added", "video_channel_changed", "video_channel_removed",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "finder_id", ["", "wx0123456789abcdef", "sph", "sph-12345678", "sph" + "a" * 61, "sph5a1e\n0000"]
)
async def test_that_is_no_id(admin: Browser, finder_id: str) -> None:
    status, body = await admin.post(PATH, {"name": "号", "finder_id": finder_id})
    assert (status, body["code"]) == (422, "account_shape")


async def test_nothing_of_it_can_be_connected_or_called_back(console: Console, admin: Browser) -> None:
    _, made = await admin.post(PATH, ONE)
    assert (await admin.get("/api/accounts"))[1] == []
    for method, path, body in (
        ("GET", f"/api/accounts/{made['id']}", None),
        ("PATCH", f"/api/accounts/{made['id']}", {"secret": "s"}),
        ("POST", f"/api/accounts/{made['id']}/check", None),
        ("DELETE", f"/api/accounts/{made['id']}", None),
    ):
        assert (await admin.ask(method, path, json=body))[0] == 404, path
    status, body = await admin.post(f"/api/existing-people/{made['id']}")
    assert (status, body["code"]) == (422, "existing_no_people")
    async with console.engine.begin() as connection:
        [row] = await run(connection, "SELECT callback_key FROM account")
    assert (await admin.get(f"/callback/{row.callback_key}"))[0] == 404
    assert (await admin.get("/api/baseline"))[1]["people"] == []


async def test_administrators_alone_note_them(console: Console, admin: Browser) -> None:
    _, made = await admin.post(PATH, ONE)
    for role in (Role.LEAD, Role.OPERATOR, Role.SDR):
        browser = await console.signed_in(role)
        assert len((await browser.get(PATH))[1]) == 1
        assert (await browser.post(PATH, {**ONE, "finder_id": "sphOther0001"}))[0] == 403
        assert (await put(browser, f"{PATH}/{made['id']}", ONE))[0] == 403
        assert (await browser.delete(f"{PATH}/{made['id']}"))[0] == 403


async def test_a_campaign_takes_place_there(admin: Browser) -> None:
    _, made = await admin.post(PATH, ONE)
    status, site = await admin.post("/api/sites", {"name": "官网"})
    assert status == 201
    body = {"name": "直播", "kind": "live"}
    for wrong in (999, site["id"]):
        status, refused = await admin.post("/api/campaigns", {**body, "video_channel_id": wrong})
        assert (status, refused["code"]) == (422, "video_channel_unknown")
    status, live = await admin.post("/api/campaigns", {**body, "video_channel_id": made["id"]})
    assert (status, live["video_channel"]) == (201, ONE["name"])
    one = f"/api/campaigns/{live['id']}"
    assert (await admin.patch(one, {"goal": "20 个 SQL"}))[1]["video_channel_id"] == made["id"]
    await admin.delete(f"{PATH}/{made['id']}")
    status, kept = await admin.patch(one, {"name": "直播一", "video_channel_id": made["id"]})
    assert (status, kept["video_channel"]) == (200, ONE["name"]), "its name stays"
    assert (await admin.patch(one, {"video_channel_id": None}))[1]["video_channel"] is None
    assert (await admin.patch(one, {"video_channel_id": made["id"]}))[1]["code"] == "video_channel_unknown"
