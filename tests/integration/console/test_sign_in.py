"""Signing in and out: cookies, CSRF, lock-out, one-time links, sessions that end."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from weloop.access.api import COOKIE, Role, forget_stale
from weloop.kit.clock import machine_now
from weloop.kit.db import run

from .conftest import PASSWORD, POLICY, Console


async def test_a_right_password_opens_a_session(console: Console) -> None:
    await console.add_user("lina")
    browser = console.browser()
    status, body, headers = await browser.ask_whole(
        "POST", "/api/session", json={"login": " LiNa ", "password": PASSWORD}
    )
    assert status == 200
    assert body["user"] == {
        "id": body["user"]["id"],
        "login": "lina",
        "name": "Lina",
        "role": "admin",
        "locale": "zh-CN",
        "theme": "system",
    }
    assert body["demo"] is None
    cookie = headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    assert headers["Cache-Control"] == "no-store"
    assert (await browser.get("/api/session"))[1]["csrf"] == body["csrf"]


async def test_the_cookie_is_secure_behind_https(console: Console) -> None:
    await console.add_user("lina")
    _, _, headers = await console.browser().ask_whole(
        "POST",
        "/api/session",
        headers={"X-Forwarded-Proto": "https"},
        json={"login": "lina", "password": PASSWORD},
    )
    assert "Secure" in headers["Set-Cookie"]


@pytest.mark.parametrize("login", ["lina", "nobody"])
async def test_a_wrong_password_says_nothing_about_the_login(console: Console, login: str) -> None:
    await console.add_user("lina")
    status, body = await console.browser().sign_in(login, "wrong password")
    assert (status, body["code"]) == (401, "wrong_password")


async def test_too_many_wrong_passwords_lock_the_login_out(console: Console) -> None:
    await console.add_user("lina")
    browser = console.browser()
    for _ in range(POLICY.failures_per_login):
        assert (await browser.sign_in("lina", "wrong password"))[0] == 401
    status, body, headers = await browser.ask_whole(
        "POST", "/api/session", json={"login": "LINA", "password": PASSWORD}
    )
    assert (status, body["code"]) == (429, "too_many_tries")
    assert 0 < body["params"]["seconds"] <= 900
    assert headers["Retry-After"] == str(body["params"]["seconds"])


async def test_an_address_is_locked_out_over_many_logins(console: Console) -> None:
    browser = console.browser()
    codes = [(await browser.sign_in(f"guess{n}", "x"))[0] for n in range(POLICY.failures_per_address + 1)]
    assert codes == [401] * POLICY.failures_per_address + [429]


async def test_the_lock_ends_with_its_window(console: Console) -> None:
    await console.add_user("lina")
    browser = console.browser()
    for _ in range(POLICY.failures_per_login):
        await browser.sign_in("lina", "wrong password")
    async with console.engine.begin() as connection:
        await run(connection, "UPDATE login_failure SET at = at - interval '16 minutes'")
    assert (await browser.sign_in("lina"))[0] == 200


async def test_a_success_forgets_the_failures_before_it(console: Console) -> None:
    await console.add_user("lina")
    browser = console.browser()
    for _ in range(3):
        for _ in range(POLICY.failures_per_login - 1):
            assert (await browser.sign_in("lina", "wrong password"))[0] == 401
        assert (await browser.sign_in("lina"))[0] == 200


async def test_tries_side_by_side_do_not_slip_through(console: Console) -> None:
    await console.add_user("lina")
    browser = console.browser()
    tries = [browser.sign_in("lina", "wrong password") for _ in range(12)]
    codes = sorted(status for status, _ in await asyncio.gather(*tries))
    assert codes == [401] * POLICY.failures_per_login + [429] * (12 - POLICY.failures_per_login)


async def test_signing_in_changes_the_cookie_and_ends_the_old_session(console: Console) -> None:
    browser = await console.signed_in()
    old = _cookie(browser)
    await browser.sign_in("admin")
    assert _cookie(browser) != old
    other = console.browser()
    assert (await other.get("/api/session", cookies={COOKIE: old}))[0] == 401


async def test_signing_out_ends_the_session(console: Console) -> None:
    browser = await console.signed_in()
    token = _cookie(browser)
    assert (await browser.delete("/api/session"))[0] == 204
    assert (await browser.get("/api/session"))[0] == 401
    assert (await console.browser().get("/api/session", cookies={COOKIE: token}))[0] == 401


async def test_a_change_needs_the_csrf_token(console: Console) -> None:
    browser = await console.signed_in()
    right = browser.csrf
    for wrong in ("", "x", right[:-1] + ("a" if right[-1] != "a" else "b")):
        browser.csrf = wrong
        status, body = await browser.patch("/api/session/preferences", {"theme": "dark"})
        assert (status, body["code"]) == (403, "csrf")
    browser.csrf = right
    assert (await browser.patch("/api/session/preferences", {"theme": "dark"}))[0] == 200


async def test_a_form_post_from_another_site_cannot_sign_in(console: Console) -> None:
    await console.add_user("lina")
    text = f'{{"login": "lina", "password": "{PASSWORD}"}}'
    status, _ = await console.browser().ask("POST", "/api/session", data=text, headers={"Content-Type": "text/plain"})
    assert status == 422


@pytest.mark.parametrize("column", ["expires_at", "created_at"])
async def test_sessions_end(console: Console, column: str) -> None:
    browser = await console.signed_in()
    moved = {
        "expires_at": "expires_at = expires_at - interval '12 hours'",
        # Old enough that its next use may not prolong it beyond its whole life.
        "created_at": "created_at = created_at - interval '14 days', seen_at = seen_at - interval '2 minutes'",
    }[column]
    async with console.engine.begin() as connection:
        await run(connection, f"UPDATE session SET {moved}")  # noqa: S608 -- made up here
    await browser.get("/api/session")
    assert (await browser.get("/api/session"))[0] == 401


async def test_use_prolongs_a_session(console: Console) -> None:
    browser = await console.signed_in()
    async with console.engine.begin() as connection:
        await run(
            connection,
            "UPDATE session SET seen_at = seen_at - interval '11 hours', expires_at = expires_at - interval '11 hours'",
        )
    await browser.get("/api/session")
    async with console.engine.begin() as connection:
        rows = await run(connection, "SELECT expires_at - seen_at AS left FROM session")
    assert rows[0].left == POLICY.session_idle


async def test_a_disabled_user_is_out_at_once(console: Console) -> None:
    browser = await console.signed_in()
    async with console.engine.begin() as connection:
        await run(connection, 'UPDATE "user" SET disabled_at = now()')
    assert (await browser.get("/api/session"))[0] == 401
    assert (await console.browser().sign_in("admin"))[0] == 401


async def test_a_one_time_link_signs_in_once(console: Console) -> None:
    user_id = await console.add_user("lina", password=None)
    token = await console.add_link(user_id)
    browser = console.browser()
    status, _, headers = await browser.ask_whole("GET", f"/enter/{token}")
    assert (status, headers["Location"]) == (303, "/")
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert (await browser.get("/api/session"))[1]["user"]["login"] == "lina"
    again = await browser.ask_whole("GET", f"/enter/{token}")
    assert again[2]["Location"] == "/", "who is signed in is not sent away"
    stranger = console.browser()
    refused = await stranger.ask_whole("GET", f"/enter/{token}")
    assert refused[2]["Location"] == "/login?error=link_used"
    assert (await stranger.get("/api/session"))[0] == 401


async def test_an_old_or_invented_link_does_not_sign_in(console: Console) -> None:
    user_id = await console.add_user("lina")
    old = await console.add_link(user_id, timedelta(seconds=-1))
    browser = console.browser()
    for token in (old, "invented", "%00", "x" * 3000):
        status, _, headers = await browser.ask_whole("GET", f"/enter/{token}")
        assert (status, headers["Location"]) == (303, "/login?error=link_used")
    assert (await browser.get("/api/session"))[0] == 401


async def test_a_link_used_side_by_side_signs_in_once(console: Console) -> None:
    token = await console.add_link(await console.add_user("lina"))
    browsers = [console.browser() for _ in range(6)]
    answers = await asyncio.gather(*(browser.ask_whole("GET", f"/enter/{token}") for browser in browsers))
    assert sorted(headers["Location"] for _, _, headers in answers) == ["/"] + ["/login?error=link_used"] * 5


async def test_changing_the_password_ends_other_sessions(console: Console) -> None:
    browser = await console.signed_in()
    other = console.browser()
    await other.sign_in("admin")
    new = "another good password"
    assert (await browser.post("/api/session/password", {"old": PASSWORD, "new": new}))[0] == 204
    assert (await browser.get("/api/session"))[0] == 200
    assert (await other.get("/api/session"))[0] == 401
    assert (await other.sign_in("admin"))[0] == 401
    assert (await other.sign_in("admin", new))[0] == 200


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("wrong", "another good password", "wrong_old_password"),
        (PASSWORD, "short", "password_short"),
        (PASSWORD, "x" * 300, "password_long"),
    ],
)
async def test_a_new_password_must_do(console: Console, old: str, new: str, code: str) -> None:
    browser = await console.signed_in()
    status, body = await browser.post("/api/session/password", {"old": old, "new": new})
    assert (status, body["code"]) == (422, code)


async def test_preferences_stay(console: Console) -> None:
    browser = await console.signed_in(Role.SDR)
    status, body = await browser.patch("/api/session/preferences", {"locale": "en-US"})
    assert status == 200
    assert body["user"]["locale"] == "en-US"
    await browser.patch("/api/session/preferences", {"theme": "dark"})
    user = (await browser.get("/api/session"))[1]["user"]
    assert (user["locale"], user["theme"]) == ("en-US", "dark")
    assert (await browser.patch("/api/session/preferences", {"locale": "fr-FR"}))[0] == 422


async def test_tokens_and_passwords_are_not_in_the_database(console: Console) -> None:
    browser = await console.signed_in()
    token = await console.add_link(1)
    found: list[Any] = []
    async with console.engine.begin() as connection:
        for table in ("user", "session", "one_time_link", "login_failure", "audit_entry"):
            found += await run(connection, f'SELECT t::text FROM "{table}" t')  # noqa: S608 -- named here
    text = "".join(str(row) for row in found)
    assert all(secret not in text for secret in (PASSWORD, _cookie(browser), token))


def _cookie(browser: Any) -> str:
    return next(cookie.value for cookie in browser.session.cookie_jar if cookie.key == COOKIE)


async def test_what_has_ended_is_forgotten_after_a_while(console: Console) -> None:
    browser = await console.signed_in()
    await console.browser().sign_in("admin", "wrong password")
    await console.add_link(1)
    await forget_stale(console.units, machine_now())
    assert await _count_rows(console) == [1, 1, 1]
    await forget_stale(console.units, machine_now() + timedelta(minutes=16))
    assert await _count_rows(console) == [1, 0, 0]
    assert (await browser.get("/api/session"))[0] == 200
    await forget_stale(console.units, machine_now() + POLICY.session_life)
    assert await _count_rows(console) == [0, 0, 0]


async def _count_rows(console: Console) -> list[int]:
    tables = ("session", "login_failure", "one_time_link")
    async with console.engine.begin() as connection:
        counts = [await run(connection, f"SELECT count(*) FROM {table}") for table in tables]  # noqa: S608 -- named here
    return [rows[0][0] for rows in counts]
