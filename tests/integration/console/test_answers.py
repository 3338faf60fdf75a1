"""What every answer has: problem details, security headers, limits for hostile input."""

import asyncio
import io
import json
import logging
from typing import Any
from urllib.parse import urlsplit

import pytest
import structlog

from weloop.access.api import COOKIE

from .conftest import Console


async def test_an_error_is_a_problem(console: Console) -> None:
    status, body, headers = await console.browser().ask_whole("GET", "/api/accounts")
    assert status == 401
    assert headers["Content-Type"] == "application/problem+json"
    assert body == {
        "type": "about:blank",
        "title": "Unauthorized",
        "status": 401,
        "code": "not_signed_in",
        "params": {},
        "trace_id": headers["X-Trace-Id"],
    }


async def test_what_does_not_fit_is_named_by_its_path(console: Console) -> None:
    browser = await console.signed_in()
    welcome = {"text": "x" * 4001, "attachments": [{"type": "link", "title": "t", "url": "javascript:alert(1)"}]}
    given = {"name": "", "account_id": 1, "users": [], "welcome": welcome, "colour": "red"}
    status, body = await browser.post("/api/sources", given)
    assert (status, body["code"]) == (422, "invalid_input")
    paths = {error["path"]: error["code"] for error in body["errors"]}
    assert paths["name"] == "string_too_short"
    assert paths["users"] == "too_short"
    assert paths["welcome.text"] == "too_long"
    assert paths["welcome.attachments.0.link.url"] == "value_error"
    assert paths["colour"] == "extra_forbidden"


async def test_what_was_given_is_not_repeated(console: Console) -> None:
    given = {"login": ["lina"], "password": {"it is": "hunter2hunter2"}}
    status, body = await console.browser().post("/api/session", given)
    assert status == 422
    assert "hunter2" not in json.dumps(body)


async def test_paths_that_are_not_there(console: Console) -> None:
    browser = console.browser()
    for method, path, status, code in (
        ("GET", "/api/nothing", 404, "not_found"),
        ("GET", "/api/", 404, "not_found"),
        ("GET", "/api/accounts/", 404, "not_found"),
        ("PUT", "/api/accounts", 405, "method_not_allowed"),
        ("GET", "/api/openapi.json", 404, "not_found"),
    ):
        answered, body = await browser.ask(method, path)
        assert (answered, body["code"]) == (status, code), path
    assert (await browser.get("/callback/unknown"))[0] == 404


async def test_the_browser_is_told_to_be_careful(console: Console) -> None:
    browser = console.browser()
    for path in ("/api/session", "/", "/healthz", "/enter/x", "/assets/none.js"):
        _, _, headers = await browser.ask_whole("GET", path)
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "script-src" not in policy, "scripts fall back to 'self'"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"


async def test_a_large_body_is_cut_off(console: Console) -> None:
    await console.add_user("lina")
    browser = console.browser()
    text = '{"login": "lina", "password": "' + "x" * 10_000_000 + '"}'
    for body in (io.BytesIO(text.encode()), _pieces(text.encode())):
        status, answer = await browser.ask(
            "POST", "/api/session", data=body, headers={"Content-Type": "application/json"}
        )
        assert (status, answer["code"]) == (413, "too_large")


async def test_who_reads_only_after_sending_all_hears_why(console: Console) -> None:
    """As many clients do: closed with the body unread, the connection would be reset before they look."""
    size = 12_000_000
    where = urlsplit(console.url)
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    head = f"POST /api/session HTTP/1.1\r\nHost: {where.netloc}\r\nContent-Type: application/json\r\n"
    writer.write(f"{head}Content-Length: {size}\r\n\r\n".encode())
    for _ in range(size // 100_000):
        writer.write(bytes(100_000))
        await writer.drain()
    answer = await asyncio.wait_for(reader.read(), 60)
    writer.close()
    assert b" 413 " in answer.split(b"\r\n")[0]
    assert json.loads(answer.split(b"\r\n\r\n")[1])["code"] == "too_large"


async def _pieces(body: bytes) -> Any:
    """The body without its length told beforehand."""
    for at in range(0, len(body), 65536):
        yield body[at : at + 65536]


HOSTILE_JSON = [
    b"[" * 500_000,
    b'{"a":' * 100_000,
    b'{"login": "lina\\u0000", "password": "x"}',
    b'{"login": "\\ud800", "password": "x"}',
    b'{"login": "lina", "password": "\\udfff"}',
    b'{"login": 1e400, "password": "x"}',
    b'{"login": NaN, "password": "x"}',
    b"\xff\xfe\x00",
    b"",
    b"null",
    b'"text"',
    b'{"login": "lina"',
    b"1" * 5000,
]


async def test_hostile_json_is_refused(console: Console) -> None:
    browser = console.browser()
    for body in HOSTILE_JSON:
        status, answer = await browser.ask(
            "POST", "/api/session", data=body, headers={"Content-Type": "application/json"}
        )
        assert status in (400, 422), body[:50]
        assert answer["status"] == status


async def test_hostile_text_reaches_no_row(console: Console) -> None:
    browser = await console.signed_in()
    account = {"kind": "wecom", "app_id": "ww0123456789abcdef"}
    for name in ("a\0b", "a\x1bb", "a\x7fb", "\x00", "x" * 101, "   "):
        assert (await browser.post("/api/accounts", {**account, "name": name}))[0] == 422
    for bad in ("%00", "a%00b", "%ed%a0%80%00", "%1b"):
        assert (await browser.get(f"/api/sources?search={bad}"))[0] == 422, bad
        assert (await browser.get(f"/api/persons?search={bad}"))[0] == 422, bad
    for good in ("%25", "_%5C", "%27%3B--", "%ff"):
        assert (await browser.get(f"/api/sources?search={good}"))[0] == 200, good


NUMBERS = [
    "/api/accounts/99999999999999999999",
    "/api/accounts/0",
    "/api/accounts/-1",
    "/api/accounts/abc",
    "/api/sources/9223372036854775808",
    "/api/sources?page=0",
    "/api/sources?page=99999999999999999999",
    "/api/sources?size=101",
    "/api/sources?status=unknown",
    "/api/staff?account_id=9223372036854775808",
    "/api/files/1e3",
    "/api/persons?page=0",
    "/api/persons/99999999999999999999",
    "/api/persons/9999999999999999999",
    "/api/persons/9999999999999999999/contact",
    "/api/service-messages/9999999999999999999",
    "/api/journeys/1/runs?person_id=9999999999999999999",
    "/api/persons/abc",
    "/api/audit?size=0",
    "/api/articles?first=0001-01-01",
    "/api/articles?last=9999-12-31",
]


async def test_numbers_that_do_not_fit(console: Console) -> None:
    browser = await console.signed_in()
    for path in NUMBERS:
        assert (await browser.get(path))[0] == 422, path


async def test_a_bug_says_nothing_about_the_inside(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = await console.signed_in()

    async def break_down(*_: object) -> None:
        raise RuntimeError("the inside: postgresql://weloop")

    monkeypatch.setattr("weloop.accounts.repository.list_accounts", break_down)
    with structlog.testing.capture_logs() as logs:
        status, body = await browser.get("/api/accounts")
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["http.bug"]
    assert (status, body["code"]) == (500, "internal")
    assert "inside" not in json.dumps(body)
    monkeypatch.undo()
    assert (await browser.get("/api/accounts"))[0] == 200


async def test_health_and_figures(console: Console) -> None:
    browser = console.browser()
    assert await browser.get("/healthz") == (200, "ok")
    assert await browser.get("/readyz") == (200, "ok")
    status, figures = await browser.get("/metrics")
    assert status == 200
    assert 'weloop_http_requests_total{method="GET",route="/healthz",status="200"}' in figures
    assert (await browser.get("/metrics", headers={"X-Forwarded-For": "8.8.8.8"}))[0] == 404


async def test_readiness_fails_without_a_database(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    from weloop.kit.db import create_engine

    nowhere = create_engine("postgresql://weloop@/weloop?host=/nonexistent")
    monkeypatch.setattr(console.units, "engine", nowhere)
    assert (await console.browser().get("/readyz"))[0] == 503
    assert (await console.browser().get("/healthz"))[0] == 200


async def test_one_time_tokens_are_not_logged(console: Console, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    token = await console.add_link(await console.add_user("lina"))
    browser = console.browser()
    await browser.get(f"/enter/{token}")
    cookie = next(cookie.value for cookie in browser.session.cookie_jar if cookie.key == COOKIE)
    # uvicorn's own lines are off in the product; pytest listens to loggers that pass nothing on.
    written = "".join(record.getMessage() for record in caplog.records if record.name != "uvicorn.access")
    assert "http.request" in written
    assert token not in written
    assert cookie not in written
