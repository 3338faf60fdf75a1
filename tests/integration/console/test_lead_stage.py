"""A CRM tells how a lead went on."""

import base64
from typing import Any

import pytest

from .conftest import Browser, Console
from .test_leads import account, enter

__all__ = ["account"]


async def tell(browser: Browser, lead: object, key: str, body: Any) -> tuple[int, Any]:
    basic = {"Authorization": f"Basic {base64.b64encode(f'{key}:'.encode()).decode()}"} if key else {}
    return await browser.ask("POST", f"/v1/leads/{lead}/stage", json=body, headers=basic)


@pytest.fixture
async def keys(console: Console, account: int) -> dict[str, str]:
    """Write keys of a site, by kind."""
    admin = console.browser()
    await admin.sign_in("admin")
    _, site = await admin.post("/api/sites", {"name": "官网"})
    made = {}
    for kind, origins in (("server", []), ("public", ["https://www.shanyu.example"])):
        status, key = await admin.post(
            f"/api/sites/{site['id']}/keys", {"kind": kind, "name": kind, "origins": origins}
        )
        assert status == 201, key
        made[kind] = key["key"]
    return made


async def test_a_crm_brings_a_lead_to_its_end(console: Console, account: int, keys: dict[str, str]) -> None:
    admin = console.browser()
    await admin.sign_in("admin")
    lead = (await enter(admin, account))["id"]
    outside = console.browser()
    status, body = await tell(outside, lead, keys["server"], {"to": "opportunity", "amount": 86000})
    assert (status, body) == (200, {"id": lead, "stage": "opportunity", "reason": None, "amount": 86000})
    for _ in range(2):
        status, body = await tell(outside, lead, keys["server"], {"to": "won", "amount": 90000})
        assert (status, body["stage"], body["amount"]) == (200, "won", 90000)
    _, detail = await admin.get(f"/api/leads/{lead}")
    assert (detail["stage"], detail["amount"]) == ("won", 90000)


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        ("", {"to": "won"}, (401, "write_key")),
        ("public", {"to": "won"}, (403, "write_key_public")),
        ("server", {"to": "lost"}, (422, "lead_reason")),
        ("server", {"to": "nowhere"}, (422, "invalid_input")),
    ],
)
async def test_who_may_not_and_what_cannot_be(
    console: Console, account: int, keys: dict[str, str], kind: str, body: Any, expected: tuple[int, str]
) -> None:
    admin = console.browser()
    await admin.sign_in("admin")
    lead = (await enter(admin, account))["id"]
    status, answer = await tell(console.browser(), lead, keys.get(kind, ""), body)
    assert (status, answer["code"]) == expected
    _, detail = await admin.get(f"/api/leads/{lead}")
    assert detail["stage"] == "lead"
    if kind == "server":
        assert (await tell(console.browser(), 999, keys["server"], {"to": "won"}))[1]["code"] == "lead_not_found"
