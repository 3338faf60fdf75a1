"""Owned accounts: their shape, their secrets, the check, and the directory of callbacks."""

import asyncio
import logging
from typing import Any

import pytest

from weloop.accounts.api import CallbackDirectory, load_handle
from weloop.contracts.accounts import CheckResult, StaffRecord
from weloop.contracts.errors import CredentialExpired, PlatformError, Rejected, Retryable
from weloop.kit.db import run
from weloop.kit.seal import Vault

from .conftest import Browser, Console

SECRET = "s3cret-of-the-app-0123456789"
TOKEN = "QDG6eKtokenOfOurs"
AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
WECOM = {
    "kind": "wecom",
    "name": "山屿云",
    "app_id": "ww0123456789abcdef",
    "agent_id": 1000002,
    "secret": SECRET,
    "callback_token": TOKEN,
    "aes_key": AES_KEY,
}


async def add(browser: Browser, **changes: Any) -> dict[str, Any]:
    """A new account as the API answers it."""
    status, body = await browser.post("/api/accounts", {**WECOM, **changes})
    assert status == 201, body
    assert isinstance(body, dict)
    return body


async def test_a_new_account_is_unchecked_and_knows_its_callback_address(console: Console) -> None:
    browser = await console.signed_in()
    account = await add(browser)
    assert account["state"] == "unchecked"
    assert account["api_base"] == "https://qyapi.weixin.qq.com"
    assert account["callback_url"].startswith("https://weloop.example.com/callback/")
    assert (account["has_secret"], account["has_callback_token"], account["has_aes_key"]) == (True, True, True)
    assert (await browser.get(f"/api/accounts/{account['id']}"))[1] == account
    assert (await browser.get("/api/accounts"))[1] == [account]


async def test_secrets_leave_in_no_answer_log_or_row(console: Console, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    browser = await console.signed_in()
    account = await add(browser)
    path = f"/api/accounts/{account['id']}"
    answers = [
        account,
        await browser.get(path),
        await browser.patch(path, {"name": "new"}),
        await browser.post(f"{path}/check"),
        await browser.post("/api/accounts", WECOM),
        await browser.patch(path, {"secret": SECRET + "\n"}),
        await browser.patch(path, {"aes_key": AES_KEY + "x", "callback_token": TOKEN + "-"}),
        await browser.patch(path, {"secret": [SECRET]}),
        await browser.get("/api/audit"),
    ]
    async with console.engine.begin() as connection:
        answers += await run(connection, "SELECT a::text FROM account a")
        answers += await run(connection, "SELECT a::text FROM audit_entry a")
    async with console.units.begin() as unit:
        answers.append(await load_handle(unit, console.app.wiring.vault, account["id"]))
    said = repr(answers) + caplog.text
    for secret in (SECRET, TOKEN, AES_KEY, SECRET.encode().hex(), TOKEN.encode().hex()):
        assert secret not in said


async def test_secrets_that_are_left_out_stay(console: Console) -> None:
    browser = await console.signed_in()
    account = await add(browser)
    await browser.patch(f"/api/accounts/{account['id']}", {"name": "另一个名字", "secret": None})
    async with console.units.begin() as unit:
        handle = await load_handle(unit, console.app.wiring.vault, account["id"])
    assert (handle.secret, handle.agent_id) == (SECRET, 1000002)


MISSHAPEN: list[tuple[dict[str, Any], str]] = [
    ({"app_id": "xx0123456789abcdef"}, "app_id"),
    ({"app_id": "ww0123"}, "app_id"),
    ({"aes_key": AES_KEY[:-1]}, "aes_key"),
    ({"aes_key": AES_KEY[:-1] + "="}, "aes_key"),
    ({"callback_token": "no"}, "callback_token"),
    ({"callback_token": "x" * 33}, "callback_token"),
    ({"secret": "with space"}, "secret"),
    ({"mode": "plain"}, "mode"),
    ({"kind": "official_account", "app_id": "wx123"}, "app_id"),
    ({"original_id": "shanyuyun"}, "original_id"),
    ({"api_base": "http://qyapi.weixin.qq.com"}, "api_base"),
    ({"api_base": "http://127.0.0.1.example.com"}, "api_base"),
    ({"api_base": "https://user:pass@qyapi.weixin.qq.com"}, "api_base"),
    ({"api_base": "https://qyapi.weixin.qq.com/?x=1"}, "api_base"),
    ({"api_base": "https://qyapi.weixin.qq.com/ x"}, "api_base"),
    ({"api_base": "https://[::1"}, "api_base"),
    ({"api_base": "https://x:99999"}, "api_base"),
    ({"api_base": "file:///etc/passwd"}, "api_base"),
]


async def test_what_has_not_the_right_shape_is_refused(console: Console) -> None:
    browser = await console.signed_in()
    for changes, field in MISSHAPEN:
        status, body = await browser.post("/api/accounts", {**WECOM, **changes})
        assert (status, body["code"], body["params"]) == (422, "account_shape", {"field": field}), changes


async def test_an_api_base_may_be_a_proxy_or_this_machine(console: Console) -> None:
    browser = await console.signed_in()
    bases = [
        "http://127.0.0.1:8711/qyapi.weixin.qq.com",
        "http://localhost:1",
        "http://[::1]:1/x",
        "https://a.example/x",
    ]
    for number, api_base in enumerate(bases, start=1):
        assert (await add(browser, api_base=api_base + "/", agent_id=number))["api_base"] == api_base


async def test_an_app_is_connected_once(console: Console) -> None:
    browser = await console.signed_in()
    first = await add(browser)
    status, body = await browser.post("/api/accounts", WECOM)
    assert (status, body["code"]) == (409, "account_exists")
    other = await add(browser, agent_id=1000003)
    status, body = await browser.patch(f"/api/accounts/{other['id']}", {"agent_id": 1000002})
    assert (status, body["code"]) == (409, "account_exists")
    assert (await browser.delete(f"/api/accounts/{first['id']}"))[0] == 204
    assert (await browser.get(f"/api/accounts/{first['id']}"))[0] == 404
    await add(browser)


async def test_an_app_connected_by_two_at_once_is_connected_once(console: Console) -> None:
    browser = await console.signed_in()
    answers = await asyncio.gather(*(browser.post("/api/accounts", WECOM) for _ in range(6)))
    assert sorted(status for status, _ in answers) == [201] + [409] * 5


async def test_a_removed_account_has_no_secrets_left(console: Console) -> None:
    browser = await console.signed_in()
    account = await add(browser)
    await browser.delete(f"/api/accounts/{account['id']}")
    async with console.engine.begin() as connection:
        rows = await run(connection, "SELECT secret_sealed, callback_token_sealed, aes_key_sealed, name FROM account")
    assert tuple(rows[0]) == (None, None, None, "山屿云")
    async with console.units.begin() as unit:
        with pytest.raises(Rejected):
            await load_handle(unit, console.app.wiring.vault, account["id"])


async def test_a_good_check_makes_an_account_ready(console: Console) -> None:
    browser = await console.signed_in()
    account = await add(browser)
    status, checked = await browser.post(f"/api/accounts/{account['id']}/check")
    assert (status, checked["state"], checked["failure"]) == (200, "ready", None)
    assert checked["checked_at"]


@pytest.mark.parametrize("raised", [False, True])
async def test_a_bad_check_is_shown_with_its_cause(console: Console, raised: bool) -> None:
    browser = await console.signed_in()
    account = await add(browser)
    console.platform.check = CheckResult("platform_credential", "invalid credential", 40001)

    async def fail() -> None:
        raise CredentialExpired("invalid credential", 40001)

    console.platform.checking = fail if raised else None
    _, checked = await browser.post(f"/api/accounts/{account['id']}/check")
    assert checked["state"] == "failed"
    assert checked["failure"] == {
        "code": "platform_credential",
        "params": {"errcode": 40001, "reason": "invalid credential"},
    }


async def test_no_transaction_is_open_while_the_platform_is_asked(console: Console) -> None:
    browser = await console.signed_in()
    account = await add(browser)
    seen: list[int] = []

    async def look() -> None:
        seen.append(console.app.wiring.units.engine.pool.checkedout())  # type: ignore[attr-defined]

    console.platform.checking = look
    await browser.post(f"/api/accounts/{account['id']}/check")
    assert seen == [0]


async def test_new_credentials_make_an_account_unchecked_again(console: Console) -> None:
    browser = await console.signed_in()
    account = await add(browser)
    path = f"/api/accounts/{account['id']}"
    await browser.post(f"{path}/check")
    async with console.engine.begin() as connection:
        await run(connection, "INSERT INTO access_token (account_id, generation) VALUES ($1, 7)", account["id"])
    assert (await browser.patch(path, {"name": "x"}))[1]["state"] == "ready"
    assert (await browser.patch(path, {"secret": "another-secret"}))[1]["state"] == "unchecked"
    async with console.engine.begin() as connection:
        assert await run(connection, "SELECT * FROM access_token") == []


async def test_a_change_during_the_check_makes_its_answer_void(console: Console) -> None:
    browser = await console.signed_in()
    account = await add(browser)
    path = f"/api/accounts/{account['id']}"
    other = console.browser()
    await other.sign_in("admin")

    async def change() -> None:
        await other.patch(path, {"secret": "another-secret"})

    console.platform.checking = change
    assert (await browser.post(f"{path}/check"))[0] == 409
    assert (await browser.get(path))[1]["state"] == "unchecked"


async def test_a_disabled_account_is_neither_checked_nor_used(console: Console) -> None:
    browser = await console.signed_in()
    account = await add(browser)
    path = f"/api/accounts/{account['id']}"
    assert (await browser.patch(path, {"enabled": False}))[1]["state"] == "disabled"
    assert (await browser.post(f"{path}/check"))[1]["code"] == "account_disabled"
    async with console.units.begin() as unit:
        with pytest.raises(PlatformError):
            await load_handle(unit, console.app.wiring.vault, account["id"])
    assert (await browser.patch(path, {"enabled": True}))[1]["state"] == "unchecked"


async def test_another_key_file_is_told_as_a_failure(console: Console) -> None:
    browser = await console.signed_in()
    account = await add(browser)
    async with console.units.begin() as unit:
        with pytest.raises(CredentialExpired, match="another key"):
            await load_handle(unit, Vault(bytes(32)), account["id"])


async def test_the_directory_follows_changes(console: Console) -> None:
    directory = CallbackDirectory(console.units, console.app.wiring.vault)
    browser = await console.signed_in()
    account = await add(browser)
    key = account["callback_url"].rpartition("/")[2]
    found = await directory.find(key)
    assert found is not None
    assert (found.kind, found.credentials.account_id) == ("wecom", account["id"])
    assert (found.credentials.token, found.credentials.aes_key) == (TOKEN, AES_KEY)
    assert TOKEN not in repr(found)
    await browser.patch(f"/api/accounts/{account['id']}", {"callback_token": "AnotherToken"})
    directory.on_topic("accounts")
    changed = await directory.find(key)
    assert changed is not None
    assert changed.credentials.token == "AnotherToken"
    await browser.patch(f"/api/accounts/{account['id']}", {"enabled": False})
    directory.on_topic("*")
    assert await directory.find(key) is None


async def test_the_directory_asks_the_database_nothing_while_nothing_changes(console: Console) -> None:
    directory = CallbackDirectory(console.units, console.app.wiring.vault)
    browser = await console.signed_in()
    key = (await add(browser))["callback_url"].rpartition("/")[2]
    await directory.find(key)
    async with console.engine.begin() as connection:
        await run(connection, "UPDATE account SET callback_token_sealed = NULL")
    assert await directory.find(key) is not None
    assert await directory.find("unknown") is None
    directory.on_topic("persons")
    assert await directory.find(key) is not None


async def test_staff_are_copied_from_the_platform(console: Console) -> None:
    browser = await console.signed_in()
    account = await add(browser)
    path = f"/api/accounts/{account['id']}/staff-sync"
    lina = StaffRecord("lina", "李娜", "市场部", 1, True)
    console.platform.staff = [lina, StaffRecord("zhao", "赵工", None, 1, False)]
    assert (await browser.post(path))[1] == {"synced": 2}
    staff = (await browser.get(f"/api/staff?account_id={account['id']}"))[1]
    assert [(row["userid"], row["name"], row["contact_enabled"]) for row in staff] == [
        ("lina", "李娜", True),
        ("zhao", "赵工", False),
    ]
    console.platform.staff = [StaffRecord("lina", "李娜娜", "市场部", 1, True), lina]
    await browser.post(path)
    assert [row["name"] for row in (await browser.get("/api/staff"))[1]] == ["李娜"]
    official = await add(browser, kind="official_account", app_id="wx0123456789abcdef", agent_id=None, mode="safe")
    assert (await browser.post(f"/api/accounts/{official['id']}/staff-sync"))[1]["code"] == "no_staff"


async def test_a_failed_staff_sync_says_why(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = await console.signed_in()
    account = await add(browser)

    async def fail(account_id: int) -> None:
        raise Retryable("system busy", -1)

    for kind in console.app.wiring.staff_fetchers:
        monkeypatch.setitem(console.app.wiring.staff_fetchers, kind, fail)  # type: ignore[arg-type]
    status, body = await browser.post(f"/api/accounts/{account['id']}/staff-sync")
    assert (status, body["code"], body["params"]) == (
        502,
        "platform_retryable",
        {"errcode": -1, "reason": "system busy"},
    )
