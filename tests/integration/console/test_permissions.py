"""Who may do what: every route of the API, walked from its own description."""

from collections.abc import Iterator
from functools import cache

import pytest
from sqlalchemy.exc import DBAPIError

from weloop.access.api import Role
from weloop.entrypoints.http.app import API_ROUTERS, create_api
from weloop.kit.db import run
from weloop.kit.http import open_unit

from .conftest import Console

PUBLIC = {("POST", "/api/session")}
ADMIN_ONLY = {
    ("POST", "/api/accounts"),
    ("PATCH", "/api/accounts/{account_id}"),
    ("DELETE", "/api/accounts/{account_id}"),
    ("POST", "/api/accounts/{account_id}/check"),
    ("POST", "/api/accounts/{account_id}/staff-sync"),
    ("POST", "/api/existing-people/{account_id}"),
    ("GET", "/api/audit"),
    ("GET", "/api/audit/choices"),
    ("GET", "/api/doctor/machine"),
    ("GET", "/api/doctor/accounts"),
    ("POST", "/api/doctor/accounts"),
    ("POST", "/api/doctor/accounts/{account_id}"),
    ("POST", "/api/doctor/accounts/{account_id}/callback-watch"),
    ("POST", "/api/doctor/accounts/{account_id}/brakes/{what}/lift"),
    ("GET", "/api/verify-files"),
    ("PUT", "/api/verify-files/{file_name}"),
    ("DELETE", "/api/verify-files/{file_name}"),
    ("POST", "/api/webhooks"),
    ("PATCH", "/api/webhooks/{webhook_id}"),
    ("DELETE", "/api/webhooks/{webhook_id}"),
    ("POST", "/api/webhooks/{webhook_id}/secret"),
    ("POST", "/api/webhooks/{webhook_id}/test"),
    ("POST", "/api/sites"),
    ("POST", "/api/video-channels"),
    ("PUT", "/api/video-channels/{account_id}"),
    ("DELETE", "/api/video-channels/{account_id}"),
    ("PATCH", "/api/sites/{account_id}"),
    ("DELETE", "/api/sites/{account_id}"),
    ("POST", "/api/sites/{account_id}/keys"),
    ("PATCH", "/api/sites/{account_id}/keys/{key_id}"),
    ("DELETE", "/api/sites/{account_id}/keys/{key_id}"),
}
RULE_MAKERS = {("PUT", "/api/contact-rules")}
"""What marketing leads may do beside administrators."""
PHONE = "/api/h5/"
OWN = {
    ("DELETE", "/api/session"),
    ("PATCH", "/api/session/preferences"),
    ("POST", "/api/session/password"),
}
"""Changes of the user's own affairs: every role may."""
LEAD = "/api/leads/{lead_id}/"
RECIPIENTS = ("GET", "/api/broadcasts/{broadcast_id}/recipients.csv")
IMPACT = ("GET", "/api/journeys/{journey_id}/impact")
EDITORS_ONLY = {("POST", LEAD + "assign"), ("GET", "/api/leads/export.csv"), RECIPIENTS, IMPACT}
"""Sharing leads out, taking them away as a file, and what publishing a draft would mean."""
IMPORTS = "/api/imports"
"""Files of people, which those who work leads neither bring nor see."""


def routes() -> Iterator[tuple[str, str]]:
    """(method, path pattern) of every operation of the console's API."""
    return ((method, path) for method, path in every_route() if not path.startswith(PHONE))


@cache
def every_route() -> tuple[tuple[str, str], ...]:
    """The same with the operations of the phone's pages, which know members of staff, not users."""
    described = create_api().openapi()["paths"].items()
    return tuple((method.upper(), path) for path, operations in described for method in operations)


def fill(path: str) -> str:
    """The path with ids of things that do not exist."""
    for name in (
        "account_id",
        "source_id",
        "file_id",
        "person_id",
        "lead_id",
        "userid",
        "chat_id",
        "way_id",
        "qr_id",
        "path_id",
        "journey_id",
        "segment_id",
        "run_id",
        "task_id",
        "campaign_id",
        "cost_id",
        "article_id",
        "hop",
        "key_id",
        "webhook_id",
        "link_id",
        "import_id",
        "broadcast_id",
        "moment_id",
        "form",
        "monday",
        "file_name",
        "script_id",
        "external_userid",
        "personal_id",
        "attribute_id",
        "tag_id",
        "company_id",
        "day",
        "key",
        "what",
    ):
        path = path.replace("{" + name + "}", {"key": "aa", "what": "leaving"}.get(name, "999"))
    assert "{" not in path
    return path


async def test_nothing_but_signing_in_is_open(console: Console) -> None:
    await console.add_user("lina")
    stranger = console.browser()
    forged = console.browser()
    forged.session.cookie_jar.update_cookies({"weloop_session": "forged"})
    for method, path in set(every_route()) - PUBLIC:
        for browser in (stranger, forged):
            status, _ = await browser.ask(method, fill(path), json={} if method != "GET" else None)
            assert status == 401, (method, path)


async def test_every_change_needs_a_csrf_token(console: Console) -> None:
    browser = await console.signed_in()
    browser.csrf = ""
    for method, path in routes():
        if method != "GET" and (method, path) not in PUBLIC:
            status, body = await browser.ask(method, fill(path), json={})
            assert (status, body["code"]) == (403, "csrf"), (method, path)


async def test_no_user_of_the_console_is_a_member_on_the_phone(console: Console) -> None:
    browser = await console.signed_in()
    for method, path in every_route():
        if path.startswith(PHONE):
            status, body = await browser.ask(method, fill(path), json={} if method != "GET" else None)
            assert (status, body["code"]) == (401, "h5_not_signed_in"), (method, path)


@pytest.mark.parametrize("role", list(Role))
async def test_roles(console: Console, role: Role) -> None:
    browser = await console.signed_in(role)
    for method, path in sorted(routes(), key=lambda route: route == ("DELETE", "/api/session")):
        if (method, path) in PUBLIC or path == "/api/live":
            continue
        status, body = await browser.ask(method, fill(path), json={} if method != "GET" else None)
        refused = status == 403 and body["code"] == "not_allowed"
        assert refused != _may(role, method, path), (role, method, path, status)
        assert status < 500, (method, path)


def _may(role: Role, method: str, path: str) -> bool:
    if role is Role.ADMIN or (method, path) in OWN:
        return True
    if (method, path) in ADMIN_ONLY:
        return False
    if (method, path) in RULE_MAKERS:
        return role is Role.LEAD
    if role is not Role.SDR:
        return True
    if path.startswith(IMPORTS):
        return False
    return (method == "GET" or path.startswith(LEAD)) and (method, path) not in EDITORS_ONLY


def test_who_asks_is_known_before_a_transaction_opens() -> None:
    """Both take a connection; the other way round requests would hold one while they wait for another."""
    for router in API_ROUTERS:
        for route in router.routes:
            calls = [dependency.call for dependency in route.dependant.dependencies]  # type: ignore[attr-defined]
            if open_unit in calls and len(calls) > 1:
                assert calls.index(open_unit) > 0, route.path  # type: ignore[attr-defined]
                assert calls[0] is not open_unit


async def test_the_audit_log_names_who_did_what(console: Console) -> None:
    browser = await console.signed_in()
    await browser.post("/api/accounts", {"kind": "wecom", "name": "山屿云", "app_id": "ww0123456789abcdef"})
    status, page = await browser.get("/api/audit?size=2")
    assert status == 200
    assert page["total"] >= 3
    newest = page["items"][0]
    assert (newest["act"], newest["user_name"], newest["detail"]["name"]) == ("account_created", "Admin", "山屿云")
    assert newest["object"].startswith("account:")
    assert [each["object_name"] for each in page["items"]] == ["山屿云", "Admin"]


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_entry SET act = 'x'", "DELETE FROM audit_entry", "TRUNCATE audit_entry"]
)
async def test_the_audit_log_only_grows(console: Console, statement: str) -> None:
    await console.signed_in()
    with pytest.raises(DBAPIError, match="append-only"):
        async with console.engine.begin() as connection:
            await run(connection, statement)
