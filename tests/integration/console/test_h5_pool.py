"""公海 on the phone, with the leads as they are kept: who claims, how often, and whose leads nobody sees."""

import asyncio
from dataclasses import dataclass, replace
from typing import Any

import pytest

from weloop.contracts.accounts import StaffRecord
from weloop.entrypoints.http.app import WebApp
from weloop.kit.db import run
from weloop.leads.api import load_policy

from .conftest import Browser, Console, Platform
from .test_h5_door import Door, door, enter

__all__ = ["door"]

POOL = "/api/h5/pool"
NAMES = {"lina": "李娜", "wangqiang": "王强"}
CORPS = {"山屿云": "ww0123456789abcdef", "远帆": "ww0123456789abcdee"}


@dataclass
class Company:
    """Two WeCom accounts with members of the same userids, and a console user who enters leads."""

    console: Console
    door: Door
    user: Browser
    ours: int
    theirs: int
    entered: int = 0

    async def pool_lead(self, account: int = 0) -> int:
        """Somebody who left a number and whom nobody has."""
        self.entered += 1
        body = {"account_id": account or self.ours, "phone": f"1380000{self.entered:04d}", "name": "赵建国"}
        status, lead = await self.user.post("/api/leads", body)
        assert status == 201, lead
        if lead["staff"] is not None:
            assert (await self.user.post(f"/api/leads/{lead['id']}/return"))[0] == 200
        return int(lead["id"])

    async def phone(self, userid: str = "lina", account: int = 0) -> Browser:
        """A member's phone."""
        return await enter(self.console, self.door, userid, f"?account={account or self.ours}")


@pytest.fixture
def app(app: WebApp, door: Door) -> WebApp:
    return WebApp(replace(app.wiring, page_door=door))


@pytest.fixture
async def company(console: Console, platform: Platform, door: Door) -> Company:
    platform.staff = [StaffRecord(userid, name, None, 1, True) for userid, name in NAMES.items()]
    user = await console.signed_in()
    ids = []
    for name, app_id in CORPS.items():
        status, made = await user.post("/api/accounts", {"kind": "wecom", "name": name, "app_id": app_id})
        assert status == 201, made
        await user.post(f"/api/accounts/{made['id']}/staff-sync")
        ids.append(int(made["id"]))
    return Company(console, door, user, *ids)


async def claim(phone: Browser, lead: int, **options: Any) -> tuple[int, Any]:
    return await phone.post(f"/api/h5/leads/{lead}/claim", **options)


async def test_a_member_sees_the_pool_and_takes_from_it(company: Company) -> None:
    first, second = await company.pool_lead(), await company.pool_lead()
    phone = await company.phone()
    status, body = await phone.get(POOL)
    policy = load_policy()
    assert status == 200
    assert [each["id"] for each in body["leads"]] == [str(second), str(first)]
    assert (body["total"], body["claims_left"]) == (2, policy.claims_per_day)
    assert body["rules"] == {"claims_per_day": policy.claims_per_day, "contact_minutes": 5, "return_days": 14}
    assert "phone" not in body["leads"][0], "how to reach the person is told to who claims"
    assert (await phone.get("/api/h5/leads"))[1]["pool"] == 2
    status, card = await claim(phone, first)
    assert status == 200
    assert card["accepted_at"] is not None
    assert card["lead"]["clock"]["kind"] == "contact"
    _, body = await phone.get(POOL)
    assert ([each["id"] for each in body["leads"]], body["total"]) == ([str(second)], 1)
    assert body["claims_left"] == policy.claims_per_day - 1
    _, own = await phone.get("/api/h5/leads")
    assert ([each["id"] for each in own["leads"]], own["pool"]) == ([str(first)], 1)


async def test_claiming_twice_is_claiming_once(company: Company) -> None:
    lead, phone = await company.pool_lead(), await company.phone()
    answers = await asyncio.gather(claim(phone, lead), claim(phone, lead))
    assert [status for status, _ in answers] == [200, 200]
    assert (await claim(phone, lead))[0] == 200
    assert (await phone.get(POOL))[1]["claims_left"] == load_policy().claims_per_day - 1
    async with company.console.units.begin() as unit:
        rows = await run(
            unit.connection, "SELECT data FROM event WHERE kind = 'LeadAssigned' AND data ->> 'reason' = 'claimed'"
        )
    assert len(rows) == 1


async def test_of_two_members_one_is_faster_and_the_other_hears_who(company: Company) -> None:
    lead = await company.pool_lead()
    phones = [await company.phone(userid) for userid in NAMES]
    answers = await asyncio.gather(*(claim(phone, lead) for phone in phones))
    assert sorted(status for status, _ in answers) == [200, 409]
    [slower] = [body for status, body in answers if status == 409]
    winner = list(NAMES.values())[[status for status, _ in answers].index(200)]
    assert (slower["code"], slower["params"]) == ("lead_taken", {"staff": winner})


async def test_nobody_claims_more_than_a_days_share_even_at_once(company: Company) -> None:
    most = load_policy().claims_per_day
    leads = [await company.pool_lead() for _ in range(most + 3)]
    phone = await company.phone()
    answers = await asyncio.gather(*(claim(phone, lead) for lead in leads))
    refused = [body for status, body in answers if status != 200]
    assert [(each["code"], each["params"]) for each in refused] == [("lead_claims", {"most": most})] * 3
    _, body = await phone.get(POOL)
    assert (body["claims_left"], body["total"]) == (0, 3)
    assert (await claim(await company.phone("wangqiang"), int(body["leads"][0]["id"])))[0] == 200


async def test_another_accounts_leads_are_not_there(company: Company) -> None:
    """The userid is the same in both; only the account differs."""
    lead = await company.pool_lead(company.theirs)
    ours, theirs = await company.phone(), await company.phone(account=company.theirs)
    assert (await ours.get(POOL))[1]["leads"] == []
    assert (await ours.get("/api/h5/leads"))[1]["pool"] == 0
    status, body = await claim(ours, lead)
    assert (status, body["code"]) == (404, "lead_not_found")
    assert (await claim(theirs, lead))[0] == 200
    for method, path in (("GET", ""), ("POST", "/accept"), ("POST", "/contacted"), ("POST", "/claim")):
        assert (await ours.ask(method, f"/api/h5/leads/{lead}{path}"))[0] == 404, path


async def test_who_is_not_in_gets_nothing(company: Company) -> None:
    lead, phone = await company.pool_lead(), await company.phone()
    for stranger in (company.console.browser(), company.user):
        for status, body in (await stranger.get(POOL), await claim(stranger, lead)):
            assert (status, body["code"]) == (401, "h5_not_signed_in")
    wrong = {"X-CSRF-Token": phone.csrf[::-1]}
    for status, body in (await phone.get(POOL, headers=wrong), await claim(phone, lead, headers=wrong)):
        assert (status, body["code"]) == (403, "csrf")
    phone.csrf = ""
    status, body = await claim(phone, lead)
    assert (status, body["code"]) == (403, "csrf")


async def test_what_cannot_be_claimed_says_why(company: Company) -> None:
    lead, phone = await company.pool_lead(), await company.phone()
    await company.user.post(f"/api/leads/{lead}/stage", {"to": "lost", "reason": "student"})
    status, body = await claim(phone, lead)
    assert (status, body["code"]) == (409, "lead_closed")
    assert (await phone.get(POOL))[1]["total"] == 0
    stranger = await company.phone("nobody")
    status, body = await claim(stranger, await company.pool_lead())
    assert (status, body["code"]) == (422, "staff_unknown")
    for odd, expected in (("999", 404), (str(2**63 - 1), 404), ("0", 422), ("seven", 422), (str(2**63), 422)):
        assert (await phone.post(f"/api/h5/leads/{odd}/claim"))[0] == expected, odd
