"""The phone's leads over HTTP: a member's own, with a token, and nothing odd gets through."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from weloop.contracts.errors import Conflict, NotFound
from weloop.entrypoints.http.app import WebApp
from weloop.entrypoints.http.h5.desk import (
    DeskCard,
    DeskClock,
    DeskFollowUp,
    DeskLead,
    DeskPool,
    DeskQualification,
    Owner,
)
from weloop.kit.unit import UnitOfWork

from .conftest import Browser, Console
from .test_h5_door import Door, account, door, enter

__all__ = ["account", "door"]

AT = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)
LATER = "2026-11-26T02:00:00Z"


def lead(number: int, **changes: Any) -> DeskLead:
    given = DeskLead(
        id=number,
        name="赵建国",
        company="江北轴承",
        source=None,
        stage="mql",
        score=86,
        bucket="new",
        arrived_at=AT,
        next_at=None,
        clock=DeskClock("accept", AT + timedelta(minutes=30), over=False),
    )
    return replace(given, **changes)


@dataclass
class MemoryDesk:
    """Leads by owner, in memory: it tells what the routes asked of it."""

    cards: dict[int, tuple[Owner, DeskCard]] = field(default_factory=dict)
    did: list[tuple[Any, ...]] = field(default_factory=list)

    def add(self, userid: str, number: int, **changes: Any) -> None:
        card = DeskCard(lead(number, **changes), "138", None, None, None, None, None, [], DeskQualification(), [])
        self.cards[number] = (Owner(1, userid), card)

    def own(self, owner: Owner, lead_id: int) -> DeskCard:
        found = self.cards.get(lead_id)
        if found is None or found[0].userid != owner.userid:
            raise NotFound("no such lead")
        return found[1]

    async def list_leads(self, unit: UnitOfWork, owner: Owner) -> Sequence[DeskLead]:
        return [card.lead for of, card in self.cards.values() if of.userid == owner.userid]

    async def count_pool(self, unit: UnitOfWork, owner: Owner) -> int:
        return 0

    async def list_pool(self, unit: UnitOfWork, owner: Owner) -> DeskPool:
        return DeskPool([], 0, 0, 0, 0, 0)

    async def claim(self, unit: UnitOfWork, owner: Owner, lead_id: int) -> None:
        self.own(owner, lead_id)

    async def get_lead(self, unit: UnitOfWork, owner: Owner, lead_id: int) -> DeskCard:
        return self.own(owner, lead_id)

    async def accept(self, unit: UnitOfWork, owner: Owner, lead_id: int) -> None:
        card = self.own(owner, lead_id)
        if card.accepted_at is not None:
            raise Conflict("accepted already")
        self.cards[lead_id] = (Owner(1, owner.userid), replace(card, accepted_at=AT))

    async def mark_contacted(self, unit: UnitOfWork, owner: Owner, lead_id: int) -> None:
        card = replace(self.own(owner, lead_id), contacted_at=AT, evidence="marked")
        self.cards[lead_id] = (owner, card)

    async def close(self, unit: UnitOfWork, owner: Owner, lead_id: int, reason: str) -> None:
        self.did.append((self.own(owner, lead_id).lead.id, reason))

    async def follow_up(self, unit: UnitOfWork, owner: Owner, lead_id: int, note: str, next_at: datetime) -> None:
        card = self.own(owner, lead_id)
        self.cards[lead_id] = (owner, replace(card, follow_ups=[DeskFollowUp(AT, "李娜", note, next_at)]))

    async def qualify(self, unit: UnitOfWork, owner: Owner, lead_id: int, confirmed: DeskQualification) -> None:
        self.cards[lead_id] = (owner, replace(self.own(owner, lead_id), qualification=confirmed))


@pytest.fixture
def desk() -> MemoryDesk:
    desk = MemoryDesk()
    desk.add("lina", 7)
    desk.add("lina", 8, bucket="overdue", clock=None, next_at=AT)
    desk.add("wangqiang", 9)
    return desk


@pytest.fixture
def app(app: WebApp, door: Door, desk: MemoryDesk) -> WebApp:
    return WebApp(replace(app.wiring, page_door=door, lead_desk=desk))


@pytest.fixture
async def phone(console: Console, door: Door, account: int) -> Browser:
    return await enter(console, door, "lina")


async def test_a_member_sees_own_leads_with_their_counts(phone: Browser) -> None:
    status, body = await phone.get("/api/h5/leads")
    assert status == 200
    assert [each["id"] for each in body["leads"]] == ["7", "8"]
    assert body["counts"] == {"new": 1, "overdue": 1, "today": 0, "later": 0}
    assert body["leads"][0]["clock"] == {"kind": "accept", "due": "2026-11-25T06:30:00Z", "over": False}


ACTS = (
    ("GET", "", None),
    ("POST", "/accept", None),
    ("POST", "/contacted", None),
    ("POST", "/invalid", {"reason": "no_need"}),
    ("POST", "/follow-ups", {"note": "约了演示", "next_at": LATER}),
    ("PUT", "/qualification", {"need": True, "role": False, "time": False, "budget": False}),
)


@pytest.mark.parametrize(("method", "path", "body"), ACTS)
async def test_nobody_touches_another_members_lead(phone: Browser, method: str, path: str, body: Any) -> None:
    for lead_id in ("9", "999", str(2**63 - 1)):
        assert (await phone.ask(method, f"/api/h5/leads/{lead_id}{path}", json=body))[0] == 404


@pytest.mark.parametrize(("method", "path", "body"), ACTS)
async def test_acts_need_the_sessions_token(phone: Browser, method: str, path: str, body: Any) -> None:
    token, phone.csrf = phone.csrf, ""
    wrong = {"X-CSRF-Token": token[::-1]}
    status, answer = await phone.ask(method, f"/api/h5/leads/7{path}", json=body, headers=wrong)
    assert (status, answer["code"]) == (403, "csrf")
    if method != "GET":
        status, answer = await phone.ask(method, f"/api/h5/leads/7{path}", json=body)
        assert (status, answer["code"]) == (403, "csrf")


async def test_the_way_of_a_lead_on_the_phone(phone: Browser, desk: MemoryDesk) -> None:
    path = "/api/h5/leads/7"
    assert (await phone.post(f"{path}/accept"))[1]["accepted_at"] == "2026-11-25T06:00:00Z"
    status, body = await phone.post(f"{path}/accept")
    assert (status, body["code"]) == (409, "conflict")
    assert (await phone.post(f"{path}/contacted"))[1]["evidence"] == "marked"
    chips = {"need": True, "role": True, "time": False, "budget": False}
    assert (await phone.ask("PUT", f"{path}/qualification", json=chips))[1]["qualification"] == chips
    _, body = await phone.post(f"{path}/follow-ups", {"note": "  约了演示 ", "next_at": LATER})
    assert body["follow_ups"] == [
        {"at": "2026-11-25T06:00:00Z", "staff": "李娜", "note": "约了演示", "next_at": "2026-11-26T02:00:00Z"}
    ]
    await phone.post(f"{path}/invalid", {"reason": "competitor"})
    assert desk.did == [(7, "competitor")]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "7/invalid", {"reason": "because"}),
        ("POST", "7/invalid", {}),
        ("POST", "7/follow-ups", {"note": "约了演示"}),
        ("POST", "7/follow-ups", {"note": " ", "next_at": LATER}),
        ("POST", "7/follow-ups", {"note": "x" * 1001, "next_at": LATER}),
        ("POST", "7/follow-ups", {"note": "a\x00b", "next_at": LATER}),
        ("POST", "7/follow-ups", {"note": "x", "next_at": "2026-11-26T10:00:00"}),
        ("PUT", "7/qualification", {"need": True}),
        ("PUT", "7/qualification", {"need": 2, "role": False, "time": False, "budget": False}),
        ("GET", "0", None),
        ("GET", "seven", None),
        ("GET", str(2**63), None),
    ],
)
async def test_odd_input_is_refused_with_its_field(phone: Browser, method: str, path: str, body: Any) -> None:
    status, answer = await phone.ask(method, f"/api/h5/leads/{path}", json=body)
    assert (status, answer["code"]) == (422, "invalid_input")
    assert answer["errors"]
