"""Verification files: who may store them, what may stand in them, how they are served, and what the doctor says."""

import asyncio
import contextlib
import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from weloop.access.api import Role
from weloop.entrypoints.machine import DATABASE_CHECKS
from weloop.entrypoints.settings import Settings
from weloop.features.verify_files.rules import MAX_FILES

from .conftest import Console

NAME, CONTENT = "WW_verify_a1B2c3D4e5F6g7H8.txt", "a1B2c3D4e5F6g7H8"
PATH = f"/api/verify-files/{NAME}"


async def put(browser: Any, name: str = NAME, content: object = CONTENT) -> tuple[int, Any]:
    answer: tuple[int, Any] = await browser.ask("PUT", f"/api/verify-files/{name}", json={"content": content})
    return answer


async def test_a_stored_file_is_served_at_once_to_anybody_and_gone_when_deleted(console: Console) -> None:
    browser, stranger = await console.signed_in(), console.browser()
    assert (await stranger.get(f"/{NAME}"))[0] == 404
    status, [stored] = await put(browser, content=f" {CONTENT}\r\n")
    assert (status, stored["content"], stored["url"].endswith(f"/{NAME}")) == (200, CONTENT, True)
    status, body, headers = await stranger.ask_whole("GET", f"/{NAME}")
    assert (status, body) == (200, CONTENT)
    assert headers["Content-Type"] == "text/plain; charset=utf-8"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    status, body, headers = await stranger.ask_whole("HEAD", f"/{NAME}")
    assert (status, body, headers["Content-Length"]) == (200, "", str(len(CONTENT)))
    assert (await stranger.ask("POST", f"/{NAME}"))[0] == 405
    await put(browser, content="another")
    assert (await stranger.get(f"/{NAME}"))[1] == "another"
    assert (await browser.delete(PATH)) == (200, [])
    assert (await stranger.get(f"/{NAME}"))[0] == 404
    assert (await browser.delete(PATH))[1]["code"] == "verify_file_not_found"
    acts = [(each["act"], each["object"]) for each in (await browser.get("/api/audit"))[1]["items"]]
    assert acts[:3] == [
        ("verify_file_deleted", f"verify_file:{NAME}"),
        ("verify_file_put", f"verify_file:{NAME}"),
        ("verify_file_put", f"verify_file:{NAME}"),
    ]


@pytest.mark.parametrize(
    "name",
    [
        "index.html",
        "robots.txt",
        "WW_verify_.txt",
        "WW_verify_a1B2.html",
        "WW_verify_a1B2.txt.html",
        "XX_verify_a1B2.txt",
        "ww_verify_a1B2.txt",
        "WW_verify_a1B2.txt%0A",
        "WW_verify_a1B2%00.txt",
        "WW_verify_..%2F..%2Fetc.txt",
        "..%2FWW_verify_a1B2.txt",
        "assets%2FWW_verify_a1B2.txt",
        "WW_verify_%E6%96%87%E4%BB%B6.txt",
        f"WW_verify_{'a' * 65}.txt",
    ],
)
async def test_no_other_name_is_taken(console: Console, name: str) -> None:
    browser = await console.signed_in()
    status, _ = await put(browser, name)
    assert status in (404, 405, 422), "a slash makes it another route"
    assert (await browser.get("/api/verify-files"))[1] == []


@pytest.mark.parametrize(
    "content",
    [
        "",
        "  ",
        "<script>alert(1)</script>",
        "<!doctype html>",
        "a b",
        "a\nb",
        "a\u0000b",
        "文件",
        "a" * 257,
        17,
        None,
        ["a"],
    ],
)
async def test_nothing_but_a_token_stands_in_a_file(console: Console, content: object) -> None:
    browser = await console.signed_in()
    assert (await put(browser, content=content))[1]["code"] == "invalid_input"
    assert (await browser.get(f"/{NAME}"))[0] == 404


async def test_a_flood_of_bytes_and_of_files(console: Console) -> None:
    browser = await console.signed_in()
    large = io.BytesIO(b'{"content": "' + b"a" * 10_000_000 + b'"}')
    with contextlib.suppress(aiohttp.ClientError):  # nobody reads it: the connection ends while it is sent
        status, _ = await browser.ask("PUT", PATH, data=large, headers={"Content-Type": "application/json"})
        assert status == 413
    for number in range(MAX_FILES):
        assert (await put(browser, f"MP_verify_{number:08}.txt"))[0] == 200
    status, body = await put(browser)
    assert (status, body["code"], body["params"]) == (409, "verify_file_many", {"max": MAX_FILES})
    assert (await put(browser, "MP_verify_00000001.txt", "changed"))[0] == 200, "what is there can be changed"


@pytest.mark.parametrize("role", [Role.LEAD, Role.OPERATOR, Role.SDR])
async def test_only_administrators_store_and_see_them(console: Console, role: Role) -> None:
    browser = await console.signed_in(role)
    assert (await put(browser))[1]["code"] == "not_allowed"
    assert (await browser.delete(PATH))[1]["code"] == "not_allowed"
    assert (await browser.get("/api/verify-files"))[1]["code"] == "not_allowed"


@pytest.mark.parametrize(
    "path", ["/WW_verify_a1B2/../x.txt", "/x/WW_verify_a1B2.txt", "/WW_verify_a1B2.txt/", "//WW_verify_a1B2.txt"]
)
async def test_other_paths_are_not_looked_up(console: Console, path: str) -> None:
    browser = await console.signed_in()
    await put(browser, "WW_verify_a1B2.txt", "found")
    assert (await browser.get(path))[1] != "found"


async def _serve(answer: web.StreamResponse) -> AsyncIterator[str]:
    async def handle(_: web.Request) -> web.StreamResponse:
        return answer

    application = web.Application()
    application.router.add_get("/{path:.*}", handle)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    assert site._server is not None
    yield f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"  # type: ignore[attr-defined]
    await runner.cleanup()


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (web.Response(text=f"{CONTENT}\n"), "good"),
        (web.Response(text="<!doctype html>"), "other"),
        (web.Response(text=CONTENT, status=404), "away"),
        (web.Response(status=302, headers={"Location": "http://127.0.0.1:9/"}), "away"),
    ],
)
async def test_the_doctor_reads_them_at_the_public_address(
    console: Console, database: str, tmp_path: Path, answer: web.StreamResponse, outcome: str
) -> None:
    browser = await console.signed_in()
    check = DATABASE_CHECKS["verify_files"]
    async with contextlib.asynccontextmanager(_serve)(answer) as address:
        settings = Settings(home=tmp_path, database_url=database, public_url=address)
        assert (await asyncio.to_thread(check, settings)).outcome == "none"
        await put(browser)
        found = await asyncio.to_thread(check, settings)
    assert (found.outcome, found.ok) == (outcome, outcome == "good")
    if not found.ok:
        assert found.values == {"url": f"{address}/{NAME}"}
